import type { ConfigProblem } from '@codex/otel-api'
import { visibleText } from '@codex/otel-api/visible-text'
import { formatKey } from './describe-value.ts'
import { type KeyPositions, locateKeys } from './locate-keys.ts'

/** A key and the tables that it is in, as they are spelt in the file. */
export type Path = readonly string[]

/** Where a value in effect came from. */
export type Origin =
  | { from: 'file'; path: Path }
  | { from: 'command line'; path: Path }
  | { from: 'environment'; variable: string }
  | { from: 'default' }

/** A value in effect, as it may be shown. */
export interface Setting {
  /** The name of a standard variable is a path, too. */
  path: Path
  /** A plain value, or the words to show in its place where it may be a secret. Written out only for `describeConfig`. */
  value: string | number | boolean | { shown: string }
  origin: Origin
}

/** What is wrong with a value. */
export interface Mistake {
  found: string
  /** What may stand there. */
  allowed: string
}

export interface ProblemDetails extends Mistake {
  /** What follows from it, as a clause: `logs are not exported`. */
  consequence: string
  /** Where it stands, if that is not the line of the key. */
  line?: number | undefined
}

export interface ResolutionInput {
  file: string
  text?: string | undefined
  codexHome: string
  env: Readonly<Record<string, string | undefined>>
  /** The dotted keys that were set on the command line. */
  overrides?: readonly string[] | undefined
}

/** A longer file is resolved like any other, but its problems name no lines. */
const maxTextLength = 1_000_000

/** What is gathered while a table is resolved. */
export class Resolution {
  readonly problems: ConfigProblem[] = []
  readonly settings: Setting[] = []
  /** Variables that headers refer to, and URLs for more than their host. */
  readonly secretVariables: Set<string> = new Set()
  readonly input: ResolutionInput
  readonly #overrides: readonly string[]
  readonly #reported = new Set<string>()
  readonly #explained = new Set<string>()
  #positions: KeyPositions | undefined

  constructor(input: ResolutionInput) {
    this.input = input
    this.#overrides = (input.overrides ?? []).map(normalizeOverride)
  }

  /** A problem of a key of the table. */
  report(severity: ConfigProblem['severity'], path: Path, details: ProblemDetails): void {
    const key = formatKey(path)
    const onCommandLine = this.#isOverride(key)
    const line = onCommandLine ? undefined : (details.line ?? this.line(path))
    const file = onCommandLine ? 'command line' : this.input.file
    this.#add({
      severity,
      file,
      ...(line === undefined ? {} : { line }),
      key,
      ...withMessage(file, line, key, details),
    })
  }

  /** Notes that a key is reported already, and what follows from it is seen to: to all others it is not there. */
  explain(path: Path): void {
    this.#explained.add(path.join('\0'))
  }

  isExplained(path: Path): boolean {
    return this.#explained.size > 0 && this.#explained.has(path.join('\0'))
  }

  /** A problem of an environment variable: said once for each consequence, however many exporters ask for it. */
  reportVariable(severity: ConfigProblem['severity'], variable: string, details: ProblemDetails): void {
    const known = `${variable} ${details.found} ${details.consequence}`
    if (this.#reported.has(known)) return
    this.#reported.add(known)
    this.#add({
      severity,
      file: 'environment',
      key: variable,
      ...withMessage('environment', undefined, variable, details),
    })
  }

  setting(path: Path, value: Setting['value'], origin: Origin): void {
    this.settings.push({ path, value, origin })
  }

  /** Where a value that stands in the table came from. */
  origin(path: Path): Origin {
    const isOverride = this.#overrides.length > 0 && this.#isOverride(formatKey(path))
    return { from: isOverride ? 'command line' : 'file', path }
  }

  /** The line of a key, or of the innermost table around it that stands in the file. */
  line(path: Path): number | undefined {
    if (this.text === undefined) return undefined
    this.#positions ??= locateKeys(this.text)
    return this.#positions.line(path)
  }

  /** The text of the file, if it is known and not too long to look for keys in it. */
  get text(): string | undefined {
    const { text } = this.input
    return text === undefined || text.length > maxTextLength ? undefined : text
  }

  #isOverride(key: string): boolean {
    return this.#overrides.some(override => key === override || key.startsWith(`${override}.`))
  }

  #add(problem: ConfigProblem): void {
    this.problems.push({ ...problem, file: visibleText(String(problem.file)) })
  }
}

function withMessage(file: string, line: number | undefined, key: string, details: ProblemDetails) {
  const { found, allowed, consequence } = details
  const place = line === undefined ? file : `${file}:${line}`
  const message = `${place}: ${key}: found ${found}; allowed: ${allowed}; ${consequence}`
  return { found: visibleText(found), allowed: visibleText(allowed), message: visibleText(message) }
}

/** The same quotes as `formatKey` writes. */
const normalizeOverride = (key: string): string => formatKey(splitKey(key))

/** The parts of a dotted key, without their quotes. */
export function splitKey(key: string): readonly string[] {
  const segments = key.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^.\s]+/g) ?? []
  return segments.map(segment => (/^["']/.test(segment) ? segment.slice(1, -1) : segment))
}
