/** A header such as `[otel]`, `[otel.exporter]`, `[[otel]]` or `["otel".x`, also one that is not closed. */
const OTEL_HEADER = /^\s*\[{1,2}\s*(?:otel|"otel"|'otel')(?![\w-])/
/** A key such as `otel = ...` or `otel.environment = ...` before the first table. */
const OTEL_KEY = /^\s*(?:otel|"otel"|'otel')\s*[.=]/

/**
 * Empties the lines of the `otel` tables in a TOML text, so that the other lines keep their numbers. The text need not be
 * valid TOML: only the beginning of each line is read.
 */
export function withoutOtel(text: string): string {
  let isRoot = true
  let isOtel = false
  const kept = text.split('\n').map(line => {
    if (/^\s*\[/.test(line)) {
      isRoot = false
      isOtel = OTEL_HEADER.test(line)
    }
    return isOtel || (isRoot && OTEL_KEY.test(line)) ? '' : line
  })
  return kept.join('\n')
}
