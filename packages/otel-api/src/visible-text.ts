/** What has no form of its own (controls, marks of direction, fillers, halves of a pair, what Unicode has not assigned), and blanks that are no space. */
const HIDDEN = /[\p{C}\p{DI}\u2800\u{16fe4}\u{1d159}]|(?! )[\p{Z}]|(?<=^|\n|[\p{M}]{4})[\p{M}]/gu
/** Nothing of ASCII but its controls is hidden; without the classes of Unicode a text is read in a fraction of the time. */
const PLAIN = /^[ -~]*$/
/** What prose needs: line feed, tab, spaces, soft hyphens, and what joins letters and pictures or tells their form. */
const OF_PROSE = /[\n\t\p{Zs}\u00ad\u200c]|\u200d|\ufe0e|\ufe0f/u

/**
 * Shows what a person would not see in a text, or what would change how the rest is seen, as its code point: `\u{202e}`.
 * `exact`, the default, is for texts that a person judges, such as a command or a name: what is left takes room, stands
 * where it stands in the text, and is on one line. The parts of a joined emoji are shown with the joiner between them:
 * `👩\u{200d}💻`. `prose` is for texts that a person only reads, such as an answer: it leaves line feeds, tabs, spaces and joiners.
 */
export function visibleText(text: string, how: 'exact' | 'prose' = 'exact'): string {
  if (PLAIN.test(text)) return text
  return text.replace(HIDDEN, char => {
    return how === 'prose' && OF_PROSE.test(char) ? char : `\\u{${(char.codePointAt(0) as number).toString(16)}}`
  })
}
