import type { Signal } from '../catalogue/signals.ts'
import { describeAllowed, describeName, listNames, quote } from './describe-value.ts'
import { describePlace, knownElsewhere } from './misplaced-key.ts'
import { nearestName } from './nearest-name.ts'
import { isTable, type Table, type TableValue } from './read-table.ts'
import type { Path, Resolution } from './resolution.ts'
import { type ExporterKind, exporterKeys } from './schema.ts'

const kinds = Object.keys(exporterKeys) as readonly ExporterKind[]

/** An exporter as it is written, once its two spellings are made one. */
export interface WrittenExporter<Kind extends ExporterKind = ExporterKind> {
  kind: Kind
  settings: Table
  path: Path
}

/** Makes `"otlp-http"` and `{ otlp-http = { ... } }` one; `undefined` for `none` and `statsig`, or when it is none of them. */
export function normalizeExporter(
  resolution: Resolution,
  signal: Signal,
  value: TableValue,
  path: Path,
): WrittenExporter | undefined {
  if (value === 'none') return undefined
  const wrong = (at: Path, found: string, allowed: string) => {
    resolution.report('error', at, { found, allowed, consequence: signal.off })
    return undefined
  }
  const allowed = describeAllowed({ type: 'exporter' })
  if (isStatsig(value)) {
    resolution.report('notice', path, {
      found: '"statsig"',
      allowed,
      consequence: `it counts as "none": ${signal.off}`,
    })
    return undefined
  }
  if (!isTable(value)) {
    const kind = kinds.find(name => name === value)
    return kind === undefined
      ? wrong(path, describeName(value), allowed + suggestKind(String(value)))
      : { kind, settings: new Map(), path: [...path, kind] }
  }
  const names = [...value.keys()].filter(key => !resolution.isExplained([...path, key]))
  const [name] = names
  const kind = kinds.find(known => known === name)
  // A kind alone is in its place: what keys of other tables are called matters beside it.
  for (const key of kind !== undefined && names.length === 1 ? [] : names) {
    const at = [...path, key]
    const meaning = knownElsewhere(kindBeside(names, at))
    if (meaning !== undefined) return wrong(at, quote(key), describePlace(meaning))
  }
  if (name === undefined || names.length > 1) {
    const shown = names.length > 4 ? `${names.length} keys` : names.map(quote).join(' and ')
    const empty = value.size === 0 ? 'an empty table' : 'a table without an exporter'
    return wrong(path, name === undefined ? empty : `a table with ${shown}`, `one exporter: ${allowed}`)
  }
  if (kind === undefined) return wrong([...path, name], quote(name), listNames(kinds) + suggestKind(name))
  const settings = value.get(name)
  if (!isTable(settings))
    return wrong(
      [...path, name],
      describeName(settings ?? ''),
      `a table: { ${kind === 'file' ? 'path' : 'endpoint'} = "..." }`,
    )
  return { kind, settings, path: [...path, kind] }
}

/** The path of a misplaced key, which belongs to the exporter that stands beside it. */
function kindBeside(names: readonly string[], path: Path): Path {
  const kind = kinds.find(known => names.includes(known))
  return kind === undefined ? path : [...path.slice(0, -1), kind, 'misplaced', path.at(-1) ?? '']
}

/** The Codex CLI's own service, which stands in its sample file: a value, but no destination that this library has. */
export function isStatsig(value: TableValue | undefined): boolean {
  return value === 'statsig' || (isTable(value) && value.size === 1 && value.has('statsig'))
}

function suggestKind(name: string): string {
  const near = nearestName(name, ['none', ...kinds])
  const parts = near === undefined && name.length > 3 ? kinds.filter(kind => kind.includes(name.toLowerCase())) : []
  const meant = near === undefined ? parts : [near]
  return meant.length === 0 ? '' : ` (did you mean ${listNames(meant)}?)`
}
