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

/** Whether `name` is `right` but for its case, one character too many, too few or wrong, or two in the wrong order. */
export function isNearMiss(name: string, right: string): boolean {
  if (name === right || Math.abs(name.length - right.length) > 1) return false
  const wanted = name.toLowerCase()
  if (editDistance(wanted, right) < 2) return true
  const at = [...right].findIndex((character, index) => wanted[index] !== character)
  const swapped = right.slice(0, at) + (right[at + 1] ?? '') + (right[at] ?? '') + right.slice(at + 2)
  return wanted === swapped
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
