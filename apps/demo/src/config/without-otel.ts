/** `[otel]`, `[otel.exporter]`, `[[otel]]`, `["otel".x`: also one that is not closed. */
const OTEL_HEADER = /^\s*\[{1,2}\s*(?:otel|"otel"|'otel')(?![\w-])/
/** `otel = ...` and `otel.environment = ...` before the first table. */
const OTEL_KEY = /^\s*(?:otel|"otel"|'otel')\s*[.=]/

/**
 * A TOML text with the lines of its `otel` tables left empty, so that the other lines keep their numbers. For a text that
 * is not valid TOML: it looks at how lines begin, and no further.
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
