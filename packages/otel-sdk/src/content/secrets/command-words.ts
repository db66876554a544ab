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
