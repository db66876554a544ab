import {
  type ExporterKind,
  exporterKeys,
  headerSourceKeys,
  type KeySpec,
  type Keys,
  otelKeys,
  requiredKeys,
  tlsKeys,
} from '../../src/config/schema.ts'

const HEAD = '// Generated from packages/otel-sdk/src/config/schema.ts by `npm run docs`: edit that.\n'
const WIDTH = 120

const pascal = (name: string): string => name.replace(/(?:^|[_-])([a-z])/g, (_, letter: string) => letter.toUpperCase())
const tableName = (key: string): string => (key === 'tls' ? 'ExporterTls' : `Otel${pascal(key)}`)
/** The type of an exporter's table; one without keys is empty. */
const exporterName = (kind: string): string =>
  hasKeys(kind) ? `${pascal(kind)}Exporter` : 'Readonly<Record<string, never>>'
const hasKeys = (kind: string): boolean => Object.keys(exporterKeys[kind as ExporterKind]).length > 0
const quoted = (text: string): string => `'${text}'`
/** A key, as an interface has it. */
const nameOf = (key: string): string => (/^\w+$/.test(key) ? key : quoted(key))

/** The type of one value. */
function valueType(key: string, spec: KeySpec): string {
  switch (spec.type) {
    case 'boolean':
      return 'boolean'
    case 'integer':
      return 'number'
    case 'number':
      return 'number'
    case 'choices':
      return `readonly (${spec.values.map(quoted).join(' | ')})[]`
    case 'choice':
      return spec.values.map(quoted).join(' | ')
    case 'command':
      return 'readonly string[]'
    case 'patterns':
      return 'readonly string[]'
    case 'exporter':
      return 'OtelExporter'
    case 'headers':
      return 'Readonly<Record<string, string | HeaderSource>>'
    case 'tracestate':
      return 'Readonly<Record<string, Readonly<Record<string, string>>>>'
    case 'resource':
    case 'attributes':
      return 'Readonly<Record<string, string>>'
    case 'table':
      return tableName(key)
    case 'string':
    case 'duration':
    case 'path':
    case 'url':
      return 'string'
  }
}

/** A doc comment, in lines that fit. */
function comment(text: string, indent: string): string {
  const safe = text.replaceAll('*/', '*\\/')
  const single = `${indent}/** ${safe} */`
  if (single.length <= WIDTH) return single
  const lines: string[] = []
  let line = `${indent} *`
  for (const word of safe.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = `${indent} *`
    }
    line += ` ${word}`
  }
  return [`${indent}/**`, ...lines, line, `${indent} */`].join('\n')
}

function docOf(spec: KeySpec): string {
  const unit =
    spec.type === 'integer'
      ? ` In ${spec.unit}, from ${spec.min} to ${spec.max}.`
      : spec.type === 'number'
        ? ` From ${spec.min} to ${spec.max}.`
        : ''
  const value = spec.default === undefined ? spec.defaultDoc : `\`${JSON.stringify(spec.default)}\``
  return `${spec.doc}${unit}${value === undefined ? '' : ` Default: ${value}.`}`
}

/** A field; a union that does not fit on a line has one for each of its types. */
function fieldOf(name: string, type: string, isRequired: boolean): string {
  const full = isRequired ? type : `${type} | undefined`
  const line = `  ${name}${isRequired ? '' : '?'}: ${full}`
  if (line.length <= WIDTH) return line
  return `  ${name}${isRequired ? '' : '?'}:\n${full
    .split(' | ')
    .map(part => `    | ${part}`)
    .join('\n')}`
}

function interfaceOf(name: string, doc: string, keys: Keys, required: readonly string[] = []): string {
  const fields = Object.entries(keys).flatMap(([key, spec]) => {
    const type = valueType(key, spec)
    return [key, spec.alias]
      .filter(spelling => spelling !== undefined)
      .map(spelling => {
        const text = spelling === key ? docOf(spec) : `Another spelling of \`${key}\`.`
        return `${comment(text, '  ')}\n${fieldOf(nameOf(spelling), type, required.includes(key))}`
      })
  })
  return `${comment(doc, '')}\nexport interface ${name} {\n${fields.join('\n')}\n}\n`
}

function exporterType(): string {
  const kinds = Object.keys(exporterKeys) as ExporterKind[]
  const tables = kinds.map(kind => {
    const others = kinds.filter(other => other !== kind).map(other => `; ${nameOf(other)}?: undefined`)
    return `{ ${nameOf(kind)}: ${exporterName(kind)}${others.join('')} }`
  })
  const doc =
    'Where the data of a signal goes: nowhere, to an exporter with all of its defaults, or where a table with one exporter says.'
  return `${comment(doc, '')}\nexport type OtelExporter =\n${[
    'none',
    ...kinds.filter(kind => requiredKeys(kind).length === 0),
  ]
    .map(quoted)
    .concat(tables)
    .map(type => `  | ${type}`)
    .join('\n')}\n`
}

/** The file `packages/otel-api/src/otel-config.ts`. */
export function configType(): string {
  const tables = Object.entries(otelKeys).flatMap(([key, spec]) =>
    spec.type === 'table' ? [interfaceOf(tableName(key), spec.doc, spec.keys)] : [],
  )
  const exporters = Object.entries(exporterKeys)
    .filter(([kind]) => hasKeys(kind))
    .map(([kind, keys]) =>
      interfaceOf(
        exporterName(kind),
        `The table of the exporter \`${kind}\`.`,
        keys,
        requiredKeys(kind as ExporterKind),
      ),
    )
  return [
    HEAD,
    interfaceOf(
      'OtelConfig',
      'The `[otel]` table of `config.toml`. `createTelemetry` takes whatever a file holds; for a table that is written in code, `{ ... } satisfies OtelConfig` has the compiler check it.',
      otelKeys,
    ),
    exporterType(),
    ...exporters,
    interfaceOf(
      'HeaderSource',
      'A header whose value comes from a file or from a program: one of the two.',
      headerSourceKeys,
    ),
    interfaceOf(
      tableName('tls'),
      'Certificates: that to sign in with and its key are both there or both not.',
      tlsKeys,
    ),
    ...tables,
  ].join('\n')
}
