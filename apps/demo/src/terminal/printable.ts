// Controls besides tab and newline, and the marks that turn the direction of writing.
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

// What takes no room, or looks like a space and is none.
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

/**
 * Makes somebody else's text safe for a terminal: escape sequences could repaint a question before it is answered, and
 * direction marks could show another command than the one that runs.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, character => {
    return character === '\n' || character === '\t' ? character : escaped(character)
  })
}

/** As `printable`, for a text that somebody judges by how it looks: nothing in it is invisible either. */
export function visible(text: string): string {
  return printable(text).replace(INVISIBLE, escaped)
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) as number).toString(16)}}`
