import { ownHeaderNames } from '../../src/config/header-rules.ts'
import { ownAttributeNames } from '../../src/config/resolve-resource.ts'
import { MAX_SPAN_ATTRIBUTES, TELLS_WHAT_IT_IS } from '../../src/config/resolve-span-additions.ts'
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
import { MAX_MEMBERS, VENDOR } from '../../src/config/trace-state.ts'

/** A JSON Schema, as far as this one needs it. */
type Schema = Readonly<Record<string, unknown>>

/** A regular expression of a word in any case: JSON Schema has no flags. */
const anyCase = (word: string): string => word.replace(/[a-z]/g, letter => `[${letter.toUpperCase()}${letter}]`)

/** A text that is not only white space, and holds no NUL. */
const FILLED = { type: 'string', pattern: '^[^\\0]*[^\\s\\0][^\\0]*$' }
/** `${VAR}`, `${VAR:-default}`, `$$`, and dollars that stand for themselves. */
const REFERENCES = { pattern: '^(?:[^$]|\\$\\$|\\$\\{[A-Za-z_]\\w*(?::-[^}]*)?\\}|\\$(?![{$]))*$' }
const URL_TEXT = {
  type: 'string',
  pattern: '^(?:[Hh][Tt][Tt][Pp][Ss]?://\\S+|\\S*\\$\\{[^}]*\\}\\S*)$',
  allOf: [REFERENCES],
}
/** No PEM block, and no header's value. */
const PATH_TEXT = {
  ...FILLED,
  not: {
    pattern: `[\\r\\n]|-----BEGIN|^\\s*(?:${['api-?key', 'api-?token', 'basic', 'bearer', 'splunk', 'token'].map(anyCase).join('|')})\\s`,
  },
  allOf: [REFERENCES],
}
/** Printable ASCII once the variables are in place, and not only white space. */
const HEADER_TEXT = { type: 'string', pattern: '^[ -~]*[!-~][ -~]*$', allOf: [REFERENCES] }

const headerNames = (kind: ExporterKind): Schema => ({
  pattern: kind === 'otlp-grpc' ? '^[0-9A-Za-z_.-]+$' : "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
  not: {
    pattern: `^(?:${ownHeaderNames.map(anyCase).join('|')}|${anyCase('grpc-')}.*${kind === 'otlp-grpc' ? `|.*${anyCase('-bin')}` : ''})$`,
  },
})

const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` })

/** The schema of one value; `kind` is the exporter that it is in. */
function valueSchema(spec: KeySpec, kind: ExporterKind = 'otlp-http'): Schema {
  switch (spec.type) {
    case 'string':
      return FILLED
    case 'url':
      return URL_TEXT
    case 'path':
      return PATH_TEXT
    case 'boolean':
      return { type: 'boolean' }
    case 'integer':
      return { type: 'integer', minimum: spec.min, maximum: spec.max }
    case 'duration':
      return { type: 'string', pattern: '^0*[1-9]\\d{0,8}\\s?[smhd]$' }
    case 'number':
      return { type: 'number', minimum: spec.min, maximum: spec.max }
    case 'choices':
      return { type: 'array', items: { enum: spec.values } }
    case 'choice':
      return { enum: spec.values }
    case 'command':
      return {
        type: 'array',
        minItems: 1,
        items: [{ type: 'string', minLength: 1 }],
        additionalItems: { type: 'string' },
      }
    case 'patterns':
      return { type: 'array', items: { type: 'string', minLength: 1 } }
    case 'exporter':
      return reference('exporter')
    case 'headers':
      return {
        type: 'object',
        propertyNames: headerNames(kind),
        additionalProperties: { anyOf: [HEADER_TEXT, reference('headerSource')] },
      }
    case 'attributes':
      return {
        type: 'object',
        maxProperties: MAX_SPAN_ATTRIBUTES,
        propertyNames: { pattern: '\\S', not: { pattern: TELLS_WHAT_IT_IS.source } },
        additionalProperties: { type: 'string', allOf: [REFERENCES] },
      }
    case 'tracestate':
      return {
        type: 'object',
        maxProperties: MAX_MEMBERS,
        propertyNames: { pattern: VENDOR.source },
        additionalProperties: {
          type: 'object',
          minProperties: 1,
          propertyNames: { pattern: '^[!-+\\-.-9<>-~]+$' },
          additionalProperties: { type: 'string', pattern: '^[ -+\\--:<>-~]*$', allOf: [REFERENCES] },
        },
      }
    case 'resource':
      return {
        type: 'object',
        propertyNames: {
          pattern: '\\S',
          not: { anyOf: [{ enum: ownAttributeNames }, { pattern: '^telemetry\\.sdk\\.' }] },
        },
        additionalProperties: { type: 'string', allOf: [REFERENCES] },
      }
    case 'table':
      return tableSchema(spec.keys, kind)
  }
}

function keySchema(spec: KeySpec, kind?: ExporterKind): Schema {
  const value = valueSchema(spec, kind)
  return {
    description: spec.defaultDoc === undefined ? spec.doc : `${spec.doc} Default: ${spec.defaultDoc}.`,
    ...(spec.default === undefined ? {} : { default: spec.default }),
    ...('$ref' in value ? { allOf: [value] } : value),
  }
}

function tableSchema(keys: Keys, kind?: ExporterKind): Schema {
  const properties = Object.entries(keys).flatMap(([key, spec]): [string, Schema][] => {
    const schema = keySchema(spec, kind)
    return spec.alias === undefined
      ? [[key, schema]]
      : [
          [key, schema],
          [spec.alias, schema],
        ]
  })
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false, ...spellings(keys) }
}

/** Of two spellings of a key, one. */
function spellings(keys: Keys): Schema {
  const both = Object.entries(keys).flatMap(([key, { alias }]) =>
    alias === undefined ? [] : [{ not: { required: [key, alias] } }],
  )
  return both.length === 0 ? {} : { allOf: both }
}

/** A certificate to sign in with is nothing without its key. */
function tlsSchema(): Schema {
  const table = tableSchema(tlsKeys)
  const pair = ['client-certificate', 'client-private-key'] as const
  const has = (key: string): Schema => ({
    anyOf: [key, tlsKeys[key]?.alias].filter(name => name !== undefined).map(name => ({ required: [name] })),
  })
  const [certificate, key] = pair.map(has) as [Schema, Schema]
  return {
    ...table,
    anyOf: [{ allOf: [certificate, key] }, { not: { anyOf: [certificate, key] } }],
  }
}

function exporterSchema(): Schema {
  const kinds = Object.entries(exporterKeys) as [ExporterKind, Keys][]
  const table = (kind: string, schema: Schema): Schema => ({
    type: 'object',
    properties: { [kind]: schema },
    required: [kind],
    additionalProperties: false,
  })
  const settings = ([kind, keys]: [ExporterKind, Keys]): Schema => {
    const { properties, ...rest } = tableSchema(keys, kind) as { properties: Record<string, Schema> }
    const tls = keys.tls === undefined ? {} : { tls: { ...properties.tls, ...tlsSchema(), description: keys.tls.doc } }
    return { ...rest, properties: { ...properties, ...tls }, required: requiredKeys(kind) }
  }
  const names = kinds.map(([kind]) => kind).filter(kind => requiredKeys(kind).length === 0)
  return {
    anyOf: [
      { enum: ['none', ...names] },
      ...kinds.map(entry => table(entry[0], settings(entry))),
      { description: 'Of sample files: counts as "none".', anyOf: [{ const: 'statsig' }, table('statsig', {})] },
    ],
  }
}

/**
 * A JSON Schema (draft 7) of `config.toml`, as far as telemetry is concerned: of `[otel]` it accepts what the validator
 * takes without a warning, as far as that shows in the file alone; everything beside it is accepted.
 */
function configSchema(): Schema {
  const source = tableSchema(headerSourceKeys)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Telemetry in config.toml',
    description: 'Generated from the schema that the validator uses; see docs/configuration.md.',
    type: 'object',
    properties: { otel: reference('otel') },
    definitions: {
      otel: { description: 'What telemetry is sent, and where it goes.', ...tableSchema(otelKeys) },
      exporter: exporterSchema(),
      headerSource: {
        ...source,
        oneOf: [{ required: ['file'] }, { required: ['command'] }],
        dependencies: { ttl_ms: ['command'] },
      },
    },
  }
}

/** The file, as `npm run docs` writes it. */
export const configSchemaFile = (): string => `${JSON.stringify(configSchema(), null, 2)}\n`
