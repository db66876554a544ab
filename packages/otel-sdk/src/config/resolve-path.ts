import { resolve } from 'node:path'
import { isAllowed } from './check-value.ts'
import { describeAllowed, describeHidden } from './describe-value.ts'
import { allowedReferences, allowedVariable, expandVariables, reference } from './expand-variables.ts'
import type { ProblemDetails, ResolutionInput } from './resolution.ts'

export interface ResolvedPath {
  absolute: string
  /** How messages name it: what a variable put into it may be a secret by mistake. */
  shown: string
}

export type PathProblem = Pick<ProblemDetails, 'found' | 'allowed'>

/** The path of a file as it is written in the configuration, with its variables, relative to `codexHome`. */
export function resolvePath(written: string, { codexHome, env }: ResolutionInput): ResolvedPath | PathProblem {
  const { value, variables, missing } = expandVariables(written, env)
  if (missing !== undefined) return { found: `${reference(missing)}, which is not set`, allowed: allowedVariable }
  if (value === undefined) return { found: describeHidden(written), allowed: allowedReferences }
  if (!isAllowed({ type: 'path' }, value)) {
    return { found: describeHidden(value), allowed: describeAllowed({ type: 'path' }) }
  }
  const absolute = resolve(codexHome, value)
  return { absolute, shown: variables.length === 0 ? absolute : written }
}
