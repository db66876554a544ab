import { terminalRuns } from './ansi.ts'

/** A piece of a text of others, as the page shows it. */
export type Piece =
  | { kind: 'text'; text: string; classes: string }
  /** A character that cannot be seen, or that changes the order of others. */
  | { kind: 'control'; code: string }
  /** A secret that was taken out before the text was sent. */
  | { kind: 'scrubbed'; name: string }
  /** The whole text was not sent. */
  | { kind: 'withheld'; length: number | undefined }

const WITHHELD = /^(?:\[REDACTED(?: length=(\d+))?\]|<REDACTED>)$/

/** How long a text is of which only that was sent; `undefined` for a text that is there. */
export function withheld(text: string): { length: number | undefined } | undefined {
  const match = WITHHELD.exec(text)
  return match ? { length: match[1] === undefined ? undefined : Number(match[1]) } : undefined
}

/**
 * Controls but line break and tab, formatting characters (bidirectional, zero-width, tags), line and paragraph separators,
 * characters without a glyph, and halves of pairs. A joiner inside of an emoji stays.
 */
const SPECIAL =
  /(?<scrubbed>\[SCRUBBED:[a-z0-9-]{1,64}\])|(?<=\p{Extended_Pictographic}[\u{fe0f}\u{1f3fb}-\u{1f3ff}]?)\u{200d}(?=\p{Extended_Pictographic})|(?<control>(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u{115f}\u{1160}\u{2800}\u{3164}\u{ffa0}])/gu

/** The pieces of a text. Nothing in it can move, hide or run anything. */
export function piecesOf(text: string): Piece[] {
  const whole = withheld(text)
  if (whole) return [{ kind: 'withheld', length: whole.length }]
  return terminalRuns(text.replaceAll('\r\n', '\n')).flatMap(({ text: run, classes }) => split(run, classes))
}

function split(text: string, classes: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  const take = (to: number): void => {
    if (to > from) pieces.push({ kind: 'text', text: text.slice(from, to), classes })
  }
  for (const { 0: found, index, groups } of text.matchAll(SPECIAL)) {
    if (groups?.control !== undefined) {
      take(index)
      pieces.push({ kind: 'control', code: codeOf(found) })
    } else if (groups?.scrubbed !== undefined) {
      take(index)
      pieces.push({ kind: 'scrubbed', name: found.slice('[SCRUBBED:'.length, -1) })
    } else continue
    from = index + found.length
  }
  take(text.length)
  return pieces
}

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** A text in one line, of at most `length` characters. */
export function oneLine(text: string, length = 300): string {
  const line = text
    .slice(0, 4 * length)
    .replace(/\s+/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : line
}

/** A text as plain characters, for the title of the window and the names of controls. */
export const plainText = (text: string): string => piecesOf(text).map(plainPiece).join('')

function plainPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'control':
      return piece.code
    case 'scrubbed':
      return `[${piece.name}]`
    case 'withheld':
      return 'not sent'
  }
}
