/** The word of a list that is meant by one that is not in it, by its beginning or by few wrong letters; `undefined` where none is like it. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const begun = words.filter(known => word.length >= 3 && known.startsWith(word))
  if (begun.length > 0) return begun[0]
  const wrong = words.map(known => ({ known, letters: wrongLetters(word.toLowerCase(), known) }))
  // A third of the letters: "hello" is no misspelled "help".
  const near = wrong.filter(({ letters }) => letters <= Math.max(1, Math.floor(word.length / 3)))
  return near.sort((a, b) => a.letters - b.letters)[0]?.known
}

/** How many letters are to be inserted, removed, changed or swapped with their neighbour to turn one word into the other. */
function wrongLetters(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= a.length; row++) {
    rows.push([row])
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const least = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same)
      rows[row]?.push(swapped ? Math.min(least, at(row - 2, column - 2) + 1) : least)
    }
  }
  return at(a.length, b.length)
}
