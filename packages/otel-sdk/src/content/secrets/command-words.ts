/**
 * Parts of expressions for the arguments of a program, as a shell has them (`-p value`) and as a list of texts has them
 * (`"-p", "value"`, also escaped).
 */
export const GAP: string = String.raw`(?:[ \t]{1,4}(?:\\\r?\n[ \t]{0,16})?|\\{0,8}["'],[ \t]{0,4}\\{0,8}["'])`
/** One argument, not taken apart. */
export const WORD: string = String.raw`(?:\\{0,8}"[^"\\\n]{0,128}\\{0,8}"|'[^'\n]{0,128}'|[^\s;|&"'\x60\\]{1,128})`

/** Between none and `most` arguments, each after a gap; as few as possible. */
export const words = (most: number): string => `(?:${GAP}${WORD}){0,${most}}?`

const OPENING = /\\{0,8}["']/y
const BARE = /[^\s"'`\\;&|<>)]{1,4096}/y

/** The argument that begins at `at`, without its quotes; quoted, it may have spaces. Nothing where it is not a text. */
export function argumentAt(text: string, at: number): { start: number; end: number } | undefined {
  OPENING.lastIndex = at
  const quote = OPENING.exec(text)?.[0]
  if (quote === undefined) {
    BARE.lastIndex = at
    return BARE.test(text) ? { start: at, end: BARE.lastIndex } : undefined
  }
  const start = at + quote.length
  const length = text.slice(start, start + 4_096).indexOf(quote)
  const line = text.slice(start, start + 4_096).search(/\n/)
  if (length <= 0 || (line >= 0 && line < length)) return undefined
  return { start, end: start + length }
}

/** How far the arguments of one command are read, in UTF-16 units. */
const COMMAND_UNITS = 4_096
const AFTER_NAME = /(?:\.exe)?\)?/y
const FIRST_IN_LIST = /(\\{0,8}["']),[ \t\n]{0,16}\\{0,8}["']/y
/** Between two words of a shell; a line may go on in the next one, and output may go elsewhere. */
const SPACES =
  /(?:[ \t]|\\{1,8}\r?\n|\\{3,8}n|(?<=[ \t])[12]?>{1,2}(?:&\d|[ \t]{0,4}[^\s;|&<>()"'`\\]{1,256})(?![^\s;|&)])){1,32}/y

/** What a word of a shell consists of: texts in quotes, also escaped; not the quote that ends a text of JSON around it. */
const PARTS = new RegExp(
  `(?:${[
    String.raw`"(?!\s{0,4}(?:[,}\]:\n]|$))(?:[^"\\]|\\[^]){0,2048}"`,
    String.raw`(\\{1,8})"(?:[^"\\]|(?!\1")\\{1,16}[^\\]){0,2048}\1"`,
    `'[^']{0,2048}'`,
    String.raw`\$\([^()\n]{0,128}\)`,
    String.raw`[^\s"'\x60;|&<>()\\]`,
    String.raw`\\{1,8}(?:[^\s"'\\n]| )`,
  ].join('|')}){1,4096}`,
  'y',
)

/** The arguments of the command whose name ends at `at`, in a list of texts or as a shell reads them; with their quotes. */
export function* commandWords(text: string, at: number): Generator<{ start: number; end: number }> {
  const until = Math.min(text.length, at + COMMAND_UNITS)
  FIRST_IN_LIST.lastIndex = at
  const list = FIRST_IN_LIST.exec(text)
  if (list !== null) {
    for (let start = FIRST_IN_LIST.lastIndex; start < until; ) {
      const length = text.slice(start, until).indexOf(list[1] as string)
      if (length < 0) return
      yield { start, end: start + length }
      FIRST_IN_LIST.lastIndex = start + length
      if (!FIRST_IN_LIST.test(text)) return
      start = FIRST_IN_LIST.lastIndex
    }
    return
  }
  AFTER_NAME.lastIndex = at
  AFTER_NAME.test(text)
  for (let end = AFTER_NAME.lastIndex; end < until; ) {
    SPACES.lastIndex = end
    if (!SPACES.test(text)) return
    const start = SPACES.lastIndex
    PARTS.lastIndex = start
    if (!PARTS.test(text)) return
    end = PARTS.lastIndex
    yield { start, end }
  }
}
