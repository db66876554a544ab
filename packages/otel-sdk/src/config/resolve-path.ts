import { resolve } from 'node:path'
import { isAllowed } from './check-value.ts'
import { describeAllowed, describeHidden } from './describe-value.ts'
import { expandText } from './expand-variables.ts'
import type { Mistake, ResolutionInput } from './resolution.ts'

export interface ResolvedPath {
  absolute: string
  /** How messages name it: what a variable put into it may be a secret by mistake. */
  shown: string
}

/** The path of a file as it is written in the configuration, with its variables, relative to `codexHome`. */
export function resolvePath(written: string, input: ResolutionInput): ResolvedPath | Mistake {
  const expanded = expandPath(written, input)
  if ('found' in expanded) return expanded
  const absolute = resolve(input.codexHome, expanded.value)
  return { absolute, shown: expanded.shown ?? absolute }
}

/** The same for a program; a name without a path stays one, and is looked up in `PATH`. */
export function resolveProgram(written: string, input: ResolutionInput): ResolvedPath | Mistake {
  const expanded = expandPath(written, input)
  if ('found' in expanded) return expanded
  const { value } = expanded
  // A path, unlike a name, must not depend on the working directory, which may be a repository that the user does not trust.
  const absolute = /[/\\]/.test(value) ? resolve(input.codexHome, value) : value
  return { absolute, shown: expanded.shown ?? absolute }
}

function expandPath(written: string, { env }: ResolutionInput): { value: string; shown: string | undefined } | Mistake {
  const expanded = expandText(written, env)
  if ('found' in expanded) return expanded
  const { value, variables } = expanded
  if (isAllowed({ type: 'path' }, value)) {
    const home = env.HOME || env.USERPROFILE
    const path = home === undefined ? value : value.replace(/^~(?=[/\\])/, () => home)
    return { value: path, shown: variables.length === 0 ? undefined : written }
  }
  return { found: describeHidden(value), allowed: describeAllowed({ type: 'path' }) }
}
