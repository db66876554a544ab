import { expandVariables } from './expand-variables.ts'
import { isTable, type TableValue } from './read-table.ts'
import type { Resolution } from './resolution.ts'

/** Makes every variable that a value refers to one of the secrets. */
export function addSecrets(resolution: Resolution, value: TableValue): void {
  if (typeof value === 'string') {
    for (const variable of expandVariables(value, {}).variables) resolution.secretVariables.add(variable)
  } else if (Array.isArray(value) || isTable(value)) {
    for (const item of value.values()) addSecrets(resolution, item)
  }
}
