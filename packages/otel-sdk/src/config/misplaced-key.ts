import { SIGNALS } from '../catalogue/signals.ts'
import { formatKey } from './describe-value.ts'
import type { Path } from './resolution.ts'
import { type ExporterKind, exporterKeys, tlsKeys } from './schema.ts'

/** Where a key of an exporter belongs that stands at another depth; `undefined` when it is none, or stands there. */
export function rightPlace(path: Path): string | undefined {
  const key = path.at(-1) ?? ''
  const signal = SIGNALS.find(candidate => path.slice(1, -1).includes(candidate.key))?.key ?? 'exporter'
  const kind: ExporterKind = path.slice(1, -1).includes('otlp-grpc') ? 'otlp-grpc' : 'otlp-http'
  const exporter = ['otel', signal, kind]
  const table = Object.hasOwn(exporterKeys[kind], key)
    ? exporter
    : Object.hasOwn(tlsKeys, key)
      ? [...exporter, 'tls']
      : []
  if (table.length === 0 || formatKey(table) === formatKey(path.slice(0, -1))) return undefined
  return `this line below [${formatKey(table)}]: ${key} = ...`
}

/** An exporter that is given as a value and as a table, which is no TOML: both lines, from 1, and what to change. */
export function findDoubleExporter(text: string): { line: number; found: string; allowed: string } | undefined {
  const values = new Map<string, number>()
  const tables = new Map<string, { line: number; written: string }>()
  let table = ''
  for (const [index, raw] of text.split('\n').entries()) {
    const plain = raw.replaceAll(/["'\s]/g, '')
    const header = /^\[([^[\]]+)\]/.exec(plain)?.[1]
    if (header !== undefined) table = header
    const written = header ?? (/^[\w.-]+=/.test(plain) ? `${table && `${table}.`}${plain.split('=', 1)[0]}` : '')
    const [, key = '', inner] = /^otel\.(exporter|metrics_exporter|trace_exporter)(\.[\w.-]+)?$/.exec(written) ?? []
    if (key === '') continue
    if (inner === undefined && header === undefined) values.set(key, values.get(key) ?? index + 1)
    else if (!tables.has(key)) tables.set(key, { line: index + 1, written: header ? `[${header}]` : written })
  }
  for (const [key, line] of values) {
    const other = tables.get(key)
    if (other === undefined) continue
    const { written, line: tableLine } = other
    return {
      line: Math.max(line, tableLine),
      found: `${key} twice: as a value in line ${line} and as the table ${written} in line ${tableLine}`,
      allowed: `one of them: delete line ${line} (${key} = ...) to keep the table, or the table to keep the value`,
    }
  }
  return undefined
}
