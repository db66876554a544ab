/** Why arguments are not what a tool takes, in the words that models trained on Codex know. */
export function failedToParse(reason: string): string {
  return `failed to parse function arguments: ${reason}`
}

/** Reads a model's JSON text. Returns a text for the model when it is no object. */
export function parseJsonObject(json: string): Record<string, unknown> | string {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return failedToParse((error as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failedToParse('expected a JSON object')
  return value as Record<string, unknown>
}
