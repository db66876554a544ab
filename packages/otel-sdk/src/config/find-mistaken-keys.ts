import { addSecrets } from './add-secrets.ts'
import { isAllowed } from './check-value.ts'
import { canonicalName, exporterKinds } from './known-tables.ts'
import { isDecisive, knownElsewhere, type Meaning, meaningOf } from './misplaced-key.ts'
import { MistakenKeys } from './mistaken-keys.ts'
import { isTable, type Table, type TableValue } from './read-table.ts'
import type { Path, Resolution } from './resolution.ts'
import { headerSourceKeys, type KeySpec, type Keys, otelKeys } from './schema.ts'

/**
 * Finds, in all tables of `[otel]`, the keys that are misspelt or at the wrong depth and that withhold something or name an
 * exporter. They are reported here; all other unknown keys are reported by their `Section`.
 */
export function findMistakenKeys(resolution: Resolution, root: Table): MistakenKeys {
  const mistaken = new MistakenKeys(resolution, new Set(root.keys()))

  const visit = (table: Table, path: Path, keys: Keys, onlyStops = false): void => {
    for (const [written, value] of table) {
      const at = [...path, written]
      const spec = keys[canonicalName(keys, written) ?? '']
      if (spec !== undefined) {
        visitKnown(spec, value, at)
        continue
      }
      const meaning = meaningOf(at, keys) ?? meantExporter(at, value)
      const counts = meaning !== undefined && (!onlyStops || meaning.spec.stops !== undefined)
      if (counts && mistaken.add(meaning, at, keys, value)) addSecrets(resolution, value)
      const isContent = meaning !== undefined && isDecisive(meaning.spec) && meaning.spec.type === 'table'
      const kind = Object.hasOwn(exporterKinds, written) ? exporterKinds[written] : undefined
      const known = kind ?? (meaning?.spec.type === 'exporter' ? meaning.spec : undefined)
      if (known !== undefined) visitKnown(known, value, at)
      else if (isTable(value)) visit(value, at, {}, onlyStops || isContent)
      else visitList(value, at, onlyStops || isContent)
    }
  }

  const visitKnown = (spec: KeySpec, value: TableValue, path: Path): void => {
    if (!isTable(value)) visitList(value, path, spec === otelKeys.content)
    else if (spec.type === 'table') visit(value, path, spec.keys)
    else if (spec.type === 'exporter') visit(value, path, exporterKinds)
    else if (spec.type === 'headers' || spec.type === 'resource' || spec.type === 'attributes') visitChosen(value, path)
  }

  /** `[[otel.spool]]`: a list of tables, of which none counts. */
  const visitList = (value: TableValue, path: Path, onlyStops: boolean): void => {
    if (!Array.isArray(value)) return
    for (const [index, item] of value.entries()) {
      if (isTable(item)) visit(item, [...path, String(index)], {}, onlyStops)
    }
  }

  /** Among names that the operator chooses, a key is a mistaken one when its value, too, is one of that key's. */
  const visitChosen = (table: Table, path: Path): void => {
    for (const [written, value] of table) {
      const at = [...path, written]
      const meaning = knownElsewhere(at)
      if (meaning !== undefined && isOneOf(meaning.spec, value)) mistaken.add(meaning, at, {}, value)
      else if (isTable(value)) visit(value, at, headerSourceKeys)
    }
  }

  visit(root, ['otel'], otelKeys)
  return mistaken
}

const isOneOf = (spec: KeySpec, value: TableValue): boolean =>
  spec.type === 'exporter'
    ? isExporter(value)
    : (spec.type === 'choice' || spec.type === 'patterns') && isAllowed(spec, value)

/** `"otlp-http"`, or a table that has it. `{ file = "token" }` is the source of a header. */
function isExporter(value: TableValue): boolean {
  if (isTable(value) && value.has('file') && !isTable(value.get('file'))) return false
  const names = isTable(value) ? [...value.keys()] : [value]
  return names.some(name => typeof name === 'string' && Object.hasOwn(exporterKinds, name))
}

/** The exporter that a key of `[otel]` names by its value, or by being its kind: `logs = "otlp-http"`, `[otel.otlp-http]`. */
function meantExporter(path: Path, value: TableValue): Meaning | undefined {
  const written = path.at(-1) ?? ''
  const isKind = Object.hasOwn(exporterKinds, written)
  if (path.length > 2 || !(isKind || isExporter(value))) return undefined
  const key = /metric/i.test(written) ? 'metrics_exporter' : /trac|span/i.test(written) ? 'trace_exporter' : 'exporter'
  const spec = otelKeys[key]
  return spec && { key, spec, tables: [], ...(isKind ? { instead: ['otel', key, written] } : {}) }
}
