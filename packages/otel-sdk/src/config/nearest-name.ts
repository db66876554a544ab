/** The one of `names` that differs least from `name`, if it differs little enough to be a typing mistake. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > 64) return undefined
  const wanted = plain(name)
  let best: string | undefined
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of names) {
    const other = plain(candidate)
    if (Math.abs(other.length - wanted.length) >= least) continue
    const distance = editDistance(wanted, other)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** The pattern of names that are this one but for a character too many, too few or wrong, or two in the wrong order. */
export function nearMissPattern(name: string): string {
  const forms = Array.from({ length: name.length + 1 }, (_, at) => {
    const [before, after] = [name.slice(0, at), name.slice(at)]
    const swapped = `${after.slice(1, 2)}${after.slice(0, 1)}${after.slice(2)}`
    return [`${before}[\\w-]${after}`, `${before}[\\w-]?${after.slice(1)}`, `${before}${swapped}`]
  })
  return forms.flat().join('|')
}

/** `otlp_http`, `OTLP-HTTP` and `otlp-http` are the same to a person. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.\s]/g, '')
}

/** Levenshtein's, by rows. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const substitution = left[row - 1] === right[column - 1] ? 0 : 1
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + substitution,
      )
    }
    previous = current
  }
  return previous[right.length] ?? 0
}
