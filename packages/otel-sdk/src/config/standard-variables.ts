import type { Signal } from '../catalogue/signals.ts'
import { isAllowed } from './check-value.ts'
import { describeAllowed, describeSuggestion, quote } from './describe-value.ts'
import type { Resolution } from './resolution.ts'
import { environmentKeys, type KeySpec } from './schema.ts'

export interface VariableValue<Value> {
  value: Value
  variable: string
}

/** The text of a variable; one that is set to nothing counts as not set, as the standard says. */
export function variableText(resolution: Resolution, variable: string): string | undefined {
  const { env } = resolution.input
  const text = Object.hasOwn(env, variable) ? env[variable] : undefined
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}

/** The first variable that is set of those that a key names: the signal's own comes before the general one. */
export function firstVariable(
  resolution: Resolution,
  spec: KeySpec,
  signal: Signal,
): VariableValue<string> | undefined {
  for (const pattern of spec.env ?? []) {
    const variable = pattern.replace('{SIGNAL}', signal.variable)
    const value = variableText(resolution, variable)
    if (value !== undefined) return { value, variable }
  }
  return undefined
}

/** The value of a variable as its row of the schema wants it; a wrong one is reported, and then counts as not set. */
export function parseVariable<Value>(
  resolution: Resolution,
  spec: KeySpec,
  set: VariableValue<string> | undefined,
): VariableValue<Value> | undefined {
  if (set === undefined) return undefined
  const value = parse(spec, set.value)
  if (value !== undefined && isAllowed(spec, value)) return { value: value as Value, variable: set.variable }
  resolution.reportVariable('warning', set.variable, {
    found: quote(set.value),
    allowed: describeAllowed(spec) + describeSuggestion(spec, set.value),
    consequence: `it is ignored, ${spec.default === undefined ? 'nothing' : JSON.stringify(spec.default)} is used`,
  })
  return undefined
}

/** The value of a variable that no key of the file stands for. */
export function environmentValue<Value>(resolution: Resolution, variable: string): VariableValue<Value> | undefined {
  const spec = environmentKeys[variable]
  const value = variableText(resolution, variable)
  return spec === undefined || value === undefined ? undefined : parseVariable(resolution, spec, { value, variable })
}

function parse(spec: KeySpec, text: string): string | number | boolean | undefined {
  switch (spec.type) {
    case 'boolean':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined
    case 'number':
      return /^(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[+-]?\d{1,2})?$/i.test(text) ? Number(text) : undefined
    case 'integer':
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'choice':
      return text.toLowerCase()
    default:
      return text
  }
}

/**
 * A list as in `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_EXPORTER_OTLP_HEADERS`: `key=value,key=value`, percent-encoded.
 * `undefined` when any part of it is malformed: the standard says to leave out the whole then.
 */
export function parseList(text: string): ReadonlyMap<string, string> | undefined {
  const list = new Map<string, string>()
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    const key = part.slice(0, equals).trim()
    if (equals < 0 || key === '') return undefined
    try {
      list.set(decodeURIComponent(key), decodeURIComponent(part.slice(equals + 1).trim()))
    } catch {
      return undefined
    }
  }
  return list
}
