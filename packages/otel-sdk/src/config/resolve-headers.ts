import type { Signal } from '../catalogue/signals.ts'
import { addSecrets } from './add-secrets.ts'
import { describeHidden, quote } from './describe-value.ts'
import type { HeaderConfig } from './effective-config.ts'
import { expandText, reference } from './expand-variables.ts'
import { headerProblem, headerValueProblem } from './header-rules.ts'
import { misplacedSetting, placeInExporter } from './misplaced-key.ts'
import { isTable, type Table, type TableValue } from './read-table.ts'
import type { Origin, Path, Resolution } from './resolution.ts'
import { resolvePath, resolveProgram } from './resolve-path.ts'
import { headerSourceKeys, type KeySpec, type OtlpKind } from './schema.ts'
import { Section } from './section.ts'
import { firstVariable, parseList } from './standard-variables.ts'

/** A header, and where it came from. */
export interface ResolvedHeader {
  header: HeaderConfig
  origin: Origin
  /** Its key among the settings. */
  path: Path
  /** What may be shown of where the value comes from. */
  shown: string
}

export interface ResolvedHeaders {
  headers: readonly ResolvedHeader[]
  /** The names of those that are asked for and cannot be sent. */
  leftOut: readonly string[]
}

export interface HeaderContext {
  resolution: Resolution
  kind: OtlpKind
  signal: Signal
}

export const noHeaders: ResolvedHeaders = { headers: [], leftOut: [] }

/** The headers of the file; `undefined` when one is so wrong that the exporter is off. One that is left out is reported. */
export function headersFromFile(context: HeaderContext, section: Section): ResolvedHeaders | undefined {
  const path = section.pathOf('headers')
  const headers = new Map<string, ResolvedHeader>()
  const leftOut = new Set<string>()
  let failed = false
  for (const [written, value] of section.get<Table>('headers') ?? []) {
    const at = [...path, written]
    if (context.resolution.isExplained(at)) continue
    const name = written.toLowerCase()
    const leaveOut: LeaveOut = (found, allowed) => {
      leftOut.add(name)
      const consequence = `the header ${quote(written)} is left out`
      context.resolution.report('warning', at, { found, allowed, consequence })
    }
    const place = placeInExporter(at)
    if (place !== undefined) {
      leaveOut(`${quote(written)}, a key of the exporter and no header`, place)
      continue
    }
    const elsewhere = misplacedSetting(at, value)
    if (elsewhere !== undefined) {
      leaveOut(`${quote(written)}, a setting and no header`, elsewhere)
      continue
    }
    const problem = headerProblem(name, context.kind, headers)
    if (problem !== undefined) {
      leaveOut(problem.found, problem.allowed)
      continue
    }
    const header = isTable(value)
      ? headerFromSource(context, name, value, at, leaveOut)
      : headerFromText(context, name, value, at, leaveOut)
    if (header === 'failed') failed = true
    else if (header !== undefined) headers.set(name, header)
  }
  return failed ? undefined : toResolved(headers, leftOut)
}

function toResolved(headers: ReadonlyMap<string, ResolvedHeader>, leftOut: ReadonlySet<string>): ResolvedHeaders {
  return { headers: [...headers.values()], leftOut: [...leftOut].filter(name => !headers.has(name)) }
}

type LeaveOut = (found: string, allowed: string) => undefined

function headerFromText(
  context: HeaderContext,
  name: string,
  written: TableValue,
  path: Path,
  leaveOut: LeaveOut,
): ResolvedHeader | 'failed' | undefined {
  const { resolution, signal } = context
  if (typeof written !== 'string') {
    resolution.report('error', path, {
      found: describeHidden(written),
      allowed: 'a text, { file = "..." } or { command = [...] }',
      consequence: signal.off,
    })
    return 'failed'
  }
  addSecrets(resolution, written)
  const expanded = expandText(written, resolution.input.env, 'a malformed reference to a variable')
  if ('found' in expanded) return leaveOut(expanded.found, expanded.allowed)
  const { value, variables } = expanded
  const problem = headerValueProblem(value)
  if (problem !== undefined) return leaveOut(problem.found, problem.allowed)
  return {
    header: { name, value },
    origin: resolution.origin(path),
    path,
    shown: variables.length === 0 ? '(hidden)' : `(hidden, from ${variables.map(item => reference(item)).join(', ')})`,
  }
}

function headerFromSource(
  context: HeaderContext,
  name: string,
  table: Table,
  path: Path,
  leaveOut: LeaveOut,
): ResolvedHeader | 'failed' | undefined {
  const { resolution, signal } = context
  if (!table.has('file') && !table.has('command')) {
    resolution.report('error', path, {
      found: 'neither a file nor a command',
      allowed: `a text such as "${reference('VAR')}", { file = "..." } or { command = [...] }`,
      consequence: signal.off,
    })
    return 'failed'
  }
  const section = new Section({ resolution, keys: headerSourceKeys, table, path, off: signal.off })
  if (section.failed) return 'failed'
  const file = section.get<string>('file')
  const command = section.get<readonly string[]>('command')
  if (command === undefined && section.has('ttl_ms')) {
    resolution.report('warning', section.pathOf('ttl_ms'), {
      found: 'a time to live without a command',
      allowed: 'ttl_ms beside command = [...]',
      consequence: 'it has no effect: a file is read again when it changes',
    })
  }
  const ttlMs = Number(section.get<number | bigint>('ttl_ms') ?? headerSourceKeys.ttl_ms?.default)
  const common = { origin: resolution.origin(path), path }
  if (file !== undefined && command === undefined) {
    const found = resolvePath(file, resolution.input)
    if ('found' in found) return leaveOut(found.found, found.allowed)
    const { absolute, shown } = found
    const header = { name, file: absolute, ...(shown === absolute ? {} : { shownFile: shown }) }
    return { ...common, header, shown: `(hidden, from the file ${quote(shown)})` }
  }
  if (command !== undefined && file === undefined) {
    const [written = '', ...rest] = command
    const program = resolveProgram(written, resolution.input)
    if ('found' in program) return leaveOut(program.found, program.allowed)
    warnAboutReferences(resolution, section.pathOf('command'), command)
    const { absolute, shown } = program
    return {
      ...common,
      header: { name, command: [absolute, ...rest], ttlMs, ...(shown === absolute ? {} : { shownProgram: shown }) },
      shown: `(hidden, from the program ${quote(shown)})`,
    }
  }
  resolution.report('error', path, {
    found: 'both a file and a command',
    allowed: 'either { file = "..." } or { command = [...] }',
    consequence: signal.off,
  })
  return 'failed'
}

/** Arguments stay as they are: every user of the machine may read them, and many are a shell's own text. */
function warnAboutReferences(resolution: Resolution, path: Path, [program = '', ...rest]: readonly string[]): void {
  const isShell = /(?:^|[/\\])(?:\w*sh|env|pwsh|cmd)(?:\.exe)?$/i.test(program)
  if (isShell || !rest.some(argument => /\$\{\w{1,255}(?::-[^}]{0,1000})?\}/.test(argument))) return
  resolution.report('warning', path, {
    found: 'a reference to a variable in an argument',
    allowed: 'a program that reads the variable itself',
    consequence: 'the argument is passed on as it is written',
  })
}

/** The headers of the standard variables. Only for an endpoint that comes from there, too. */
export function headersFromEnvironment(context: HeaderContext, spec: KeySpec, path: Path): ResolvedHeaders {
  const { resolution, kind, signal } = context
  const set = firstVariable(resolution, spec, signal)
  if (set === undefined) return noHeaders
  const { variable } = set
  const leaveOut = (found: string, allowed: string, consequence: string) =>
    resolution.reportVariable('warning', variable, { found, allowed, consequence })
  const list = parseList(set.value)
  if (list === undefined) {
    leaveOut('a malformed list (hidden)', 'name=value,name=value with percent-encoded values', 'it is ignored')
    return { headers: [], leftOut: [variable] }
  }
  const headers = new Map<string, ResolvedHeader>()
  const leftOut = new Set<string>()
  for (const [written, encoded] of list) {
    const value = encoded.replace(/(?<![\r\n])[\r\n]+$/, '')
    const name = written.toLowerCase()
    const problem = headerProblem(name, kind, headers) ?? headerValueProblem(value)
    if (problem === undefined) {
      headers.set(name, {
        header: { name, value },
        origin: { from: 'environment', variable },
        path: [...path, name],
        shown: '(hidden)',
      })
    } else {
      leftOut.add(name)
      leaveOut(problem.found, problem.allowed, `the header ${quote(name)} is left out`)
    }
  }
  return toResolved(headers, leftOut)
}
