import type { Diagnostic } from '@codex/otel-api'
import type { HeaderConfig } from '../../config/effective-config.ts'
import { headerValueProblem } from '../../config/header-rules.ts'
import type { OtlpKind } from '../../config/schema.ts'
import { createCommandValue } from './command-value.ts'
import { runHeaderCommand } from './header-command.ts'
import { createHeadersHelpers, type HeadersHelperConfig, type HeadersHelpers } from './headers-helper.ts'
import { watchFile } from './watched-file.ts'

/** The headers of one destination, with the values that they have now. */
export interface HeaderSource {
  /** Names in lower case. A header whose value is not to be had is left out, with a diagnostic. Never rejects. */
  current(): Promise<Readonly<Record<string, string>>>
  /**
   * After a 401: asks the programs again, once for any number of calls at the same time.
   *
   * @param rejected What was sent; a value that has changed since is not asked for again.
   * @returns Whether the headers are other ones now, and so worth another attempt. Never rejects.
   */
  refresh(rejected: Readonly<Record<string, string>>): Promise<boolean>
  /** Names of the headers that had no value when `current` was last called, and of those that never have one. */
  readonly missing: readonly string[]
  /** Why nothing may be sent now: the helper that gives the headers failed when `current` was last called. */
  readonly failure?: string | undefined
}

export interface HeaderSourceOptions {
  /** Headers that the configuration asks for without a value for them. */
  leftOut?: readonly string[] | undefined
  /** A command whose headers win over the others. */
  helper?: { config: HeadersHelperConfig; kind: OtlpKind } | undefined
  /** Where `helper` finds the command of another destination running. Default: it runs one of its own. */
  helpers?: HeadersHelpers | undefined
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
  /** Milliseconds, only ever compared with itself. */
  now?: (() => number) | undefined
  /** Ends the programs that run. Their failure is not reported, as nothing is sent any more. */
  signal?: AbortSignal | undefined
}

/** How one header gets its value; `read` throws an error whose message is fit for an operator. */
interface HeaderValue {
  name: string
  read(): Promise<string> | string
  refresh?: (rejected: string | undefined) => Promise<unknown>
}

const MAX_FILE_BYTES = 64 * 1024

export function createHeaderSource(headers: readonly HeaderConfig[], options: HeaderSourceOptions = {}): HeaderSource {
  const { signal, leftOut = [], helpers = createHeadersHelpers() } = options
  const onDiagnostic = (diagnostic: Diagnostic): void => {
    if (signal?.aborted !== true) options.onDiagnostic?.(diagnostic)
  }
  const report = createReporter(onDiagnostic)
  const now = options.now ?? (() => performance.now())
  const values = headers.map(header => toHeaderValue(header, now, report, signal))
  const { config, kind } = options.helper ?? {}
  const helper = config && kind && helpers.open(config, { kind, now, onDiagnostic, signal })
  let missing = leftOut
  let failure: string | undefined

  async function current(): Promise<Readonly<Record<string, string>>> {
    const found = await Promise.all(values.map(async value => [value.name, await readOrReport(value, report)] as const))
    missing = [...leftOut, ...found.filter(([, value]) => value === undefined).map(([name]) => name)]
    const own = Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined))
    failure = undefined
    try {
      return { ...own, ...(await helper?.read()) }
    } catch (error) {
      failure = (error as Error).message
      return own
    }
  }

  return {
    current,
    async refresh(rejected) {
      await Promise.all([helper?.refresh(), ...values.map(value => value.refresh?.(rejected[value.name]))])
      const now = await current()
      return Object.keys({ ...now, ...rejected }).some(name => now[name] !== rejected[name])
    },
    get failure() {
      return failure
    },
    get missing() {
      return missing
    },
  }
}

function toHeaderValue(
  header: HeaderConfig,
  now: () => number,
  report: Report,
  signal: AbortSignal | undefined,
): HeaderValue {
  const { name } = header
  if ('value' in header) return { name, read: () => header.value }
  if ('file' in header) {
    const file = watchFile(header.file, { maxBytes: MAX_FILE_BYTES, shown: header.shownFile })
    return { name, read: async () => (await file.read()).trim() }
  }
  const value = createCommandValue({
    run: async () => checkValue(await runHeaderCommand(header.command, { signal, shown: header.shownProgram })),
    ttlMs: header.ttlMs,
    now,
    onRun: problem => report(name, problem),
  })
  return { name, read: value.read, refresh: value.refresh }
}

async function readOrReport(header: HeaderValue, report: Report): Promise<string | undefined> {
  try {
    const value = checkValue(await header.read())
    // A program's runs report themselves: one may fail while the value before it is still good.
    if (header.refresh === undefined) report(header.name, undefined)
    return value
  } catch (error) {
    report(header.name, (error as Error).message)
    return undefined
  }
}

/** Node's HTTP client and the gRPC library refuse such a value too, and one of them puts it into its message. */
function checkValue(value: string): string {
  const problem = headerValueProblem(value)
  if (problem !== undefined) throw new Error(`${problem.found} cannot be sent`)
  return value
}

/** With `undefined`: the header is in order again. */
type Report = (name: string, message: string | undefined) => void

/** Reports a problem when it appears and not at every request. */
function createReporter(onDiagnostic: HeaderSourceOptions['onDiagnostic']): Report {
  const said = new Map<string, string>()
  return (name, message) => {
    if (message === undefined) {
      said.delete(name)
      return
    }
    if (said.get(name) === message) return
    said.set(name, message)
    onDiagnostic?.({ severity: 'warning', code: 'header-unavailable', message: `header "${name}": ${message}` })
  }
}
