/** The output for wrong arguments, worded as in Codex, on which models are trained. */
export function failedToParse(reason: string): string {
  return `failed to parse function arguments: ${reason}`
}

/** Reads the JSON text of the model. Returns a text for the model when it is no object. */
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
