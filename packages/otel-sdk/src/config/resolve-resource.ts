import { describeValue } from './describe-value.ts'
import { expandText } from './expand-variables.ts'
import { misplacedSetting } from './misplaced-key.ts'
import type { Table } from './read-table.ts'
import type { Resolution, Setting } from './resolution.ts'
import type { Section } from './section.ts'
import { parseList, variableText } from './standard-variables.ts'

const variable = 'OTEL_RESOURCE_ATTRIBUTES'

/** The attributes that the library sets, and the key that sets them where there is one. */
const ownAttributes: ReadonlyMap<string, string> = new Map([
  ['service.name', 'service_name = "..."'],
  ['env', 'environment = "..."'],
  ['service.version', 'other names'],
  ['host.name', 'other names'],
  ['host.arch', 'other names'],
  ['os', 'other names'],
  ['os_version', 'other names'],
  ['user_id', 'other names'],
])

/** Their names; those that begin with `telemetry.sdk.` are the library's, too. */
export const ownAttributeNames: readonly string[] = [...ownAttributes.keys()]

/** The additional resource attributes: those of the standard variable, then those of the file, which win. */
export function resolveResource(
  resolution: Resolution,
  section: Section,
  isActive: boolean,
): Readonly<Record<string, string>> {
  const attributes = new Map<string, string>()
  const settings = new Map<string, Setting>()
  const path = section.pathOf('resource')
  if (isActive) {
    for (const [name, value] of attributesFromEnvironment(resolution)) {
      if (isOwn(name)) continue
      attributes.set(name, value)
      settings.set(name, { path: [...path, name], value, origin: { from: 'environment', variable } })
    }
  }
  for (const [name, value] of section.get<Table>('resource') ?? []) {
    const at = [...path, name]
    if (resolution.isExplained(at)) continue
    const leaveOut = (found: string, allowed: string) =>
      resolution.report('warning', at, { found, allowed, consequence: 'the attribute is left out' })
    if (name.trim() === '') leaveOut('an empty name', 'a name')
    else if (isOwn(name)) leaveOut('a name that this library sets itself', ownAttributes.get(name) ?? 'other names')
    else if (typeof value !== 'string') leaveOut(describeValue(value), misplacedSetting(at, value) ?? 'a text')
    else {
      const expanded = expandText(value, resolution.input.env)
      if ('found' in expanded) leaveOut(expanded.found, expanded.allowed)
      else {
        attributes.set(name, expanded.value)
        settings.set(name, { path: at, value, origin: resolution.origin(at) })
      }
    }
  }
  resolution.settings.push(...settings.values())
  // `fromEntries` defines properties, so an attribute may be called `__proto__`.
  return Object.fromEntries(attributes)
}

function attributesFromEnvironment(resolution: Resolution): ReadonlyMap<string, string> {
  const text = variableText(resolution, variable)
  const list = text === undefined ? new Map<string, string>() : parseList(text)
  if (list !== undefined) return list
  resolution.reportVariable('warning', variable, {
    found: 'a malformed list (hidden)',
    allowed: 'name=value,name=value with percent-encoded values',
    consequence: 'it is ignored',
  })
  return new Map()
}

function isOwn(name: string): boolean {
  return ownAttributes.has(name) || name.startsWith('telemetry.sdk.')
}
