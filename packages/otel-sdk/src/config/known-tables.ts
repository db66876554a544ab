import { SIGNALS } from '../catalogue/signals.ts'
import type { Path } from './resolution.ts'
import { type ExporterKind, exporterKeys, type KeySpec, type Keys, otelKeys, tlsKeys } from './schema.ts'

/** A table of the schema and where it stands. */
export interface KnownTable {
  path: Path
  keys: Keys
}

/** `[otel]` and the tables in it that no signal has of its own. */
export const commonTables: readonly KnownTable[] = [
  { path: ['otel'], keys: otelKeys },
  ...Object.entries(otelKeys).flatMap(([key, spec]) =>
    spec.type === 'table' ? [{ path: ['otel', key], keys: spec.keys }] : [],
  ),
]

/** What may stand in an exporter: the tables of its kinds. */
export const exporterKinds: Keys = Object.fromEntries(
  Object.entries(exporterKeys).map(([kind, keys]): [string, KeySpec] => [kind, { type: 'table', keys, doc: '' }]),
)

/** Every table of the schema. Of the exporters, it is the one that `path` leads through, else `[otel.exporter.otlp-http]`. */
export function knownTables(path: Path): readonly KnownTable[] {
  const around = path.slice(1, -1)
  const signal = SIGNALS.find(({ key }) => around.includes(key))?.key ?? 'exporter'
  const kinds = Object.keys(exporterKeys) as ExporterKind[]
  const kind = kinds.find(known => around.includes(known)) ?? 'otlp-http'
  const exporter = ['otel', signal, kind]
  return [...commonTables, { path: exporter, keys: exporterKeys[kind] }, { path: [...exporter, 'tls'], keys: tlsKeys }]
}

/** The name in the schema of a key as it is written; `undefined` where the table does not have it. */
export function canonicalName(keys: Keys, written: string): string | undefined {
  if (Object.hasOwn(keys, written)) return written
  return Object.keys(keys).find(key => keys[key]?.alias === written)
}
