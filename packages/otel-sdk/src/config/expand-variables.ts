import { describeHidden } from './describe-value.ts'
import type { Mistake } from './resolution.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Expansion {
  /** The text with the values in place; `undefined` when one is missing or a reference is malformed. */
  value: string | undefined
  /** The variables that were referred to. */
  variables: readonly string[]
  /** The first one that is not set. */
  missing: string | undefined
}

/**
 * Puts the values of variables in place of `${VAR}` and `${VAR:-default}`, and a dollar in place of `$$`. A variable that
 * is set to the empty text counts as not set, as in a shell's `:-`; line breaks at its end are left out. Any other dollar stays as it is.
 */
export function expandVariables(text: string, env: Environment): Expansion {
  const variables: string[] = []
  let missing: string | undefined
  let malformed = false
  const value = text.replaceAll(/\$\$|\$\{([^}]*)(\}?)/g, (reference, inside: string | undefined, end: string) => {
    if (reference === '$$') return '$'
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside ?? '')
    const name = match?.[1]
    const fallback = match?.[2]
    if (name === undefined || end === '' || fallback?.includes('${')) {
      malformed = true
      return ''
    }
    variables.push(name)
    const found = variableValue(env, name)
    if (found !== undefined && found !== '') return found
    if (fallback === undefined) missing ??= name
    return fallback ?? ''
  })
  return { value: malformed || missing !== undefined ? undefined : value, variables, missing }
}

/** As `expandVariables`, or why there is no text. `shown`: how a text with a malformed reference is shown. Default: hidden. */
export function expandText(
  text: string,
  env: Environment,
  shown: string = describeHidden(text),
): { value: string; variables: readonly string[] } | Mistake {
  const { value, variables, missing } = expandVariables(text, env)
  if (missing !== undefined) return { found: `${reference(missing)}, which is not set`, allowed: ALLOWED_VARIABLE }
  return value === undefined ? { found: shown, allowed: ALLOWED_REFERENCES } : { value, variables }
}

/** The value of a variable without the line breaks at its end, which a secret that was read from a file brings along. */
export function variableValue(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name]?.replace(/(?<![\r\n])[\r\n]+$/, '') : undefined
}

/** `${VAR}`, as a person writes it. */
export function reference(variable: string): string {
  return `\${${variable}}`
}

/** What a problem of a missing variable asks for. */
const ALLOWED_VARIABLE = `a variable that is set, or ${reference('VAR:-default')}`

/** What a problem of a malformed reference asks for. */
const ALLOWED_REFERENCES = `${reference('VAR')}, ${reference('VAR:-default')}, or $$ for a dollar`
