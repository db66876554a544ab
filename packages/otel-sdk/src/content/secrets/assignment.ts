/** Longest part of a value that is judged, in UTF-16 units. */
export const JUDGED_LIMIT = 256

/** How an assignment is written: decides which values count and where they end. */
export type Style = 'environment' | 'argument' | 'tight' | 'spaced' | 'colon' | 'element' | 'block'

/** A name that a value may belong to, and where it stands. */
export interface AssignedName {
  text: string
  start: number
  end: number
  /** A command before it says that a space stands between it and its value: `ENV NAME value`. */
  inCommand: boolean
}

export interface AssignedValue {
  style: Style
  start: number
  /** The closing quote with its backslashes; absent when the value is not quoted. */
  quote: string | undefined
  /** A scheme of HTTP authentication stood before it: one that nothing else is called, or a word. */
  scheme: 'known' | 'other' | undefined
  /** What follows the scheme is a list of parameters, up to the end of the header. */
  parameters?: boolean
  /** The column of the name, of a block scalar. */
  column?: number
  /** What ends the text that a block scalar stands in, where its line breaks are written as escapes. */
  around?: RegExp
  /** The element whose attribute the name is, where names of texts for readers look the same: `<string name="...">`. */
  tag?: string
  /** At most `JUDGED_LIMIT` units of it. */
  head: string
  /** The character after `head`; empty at the end of the text. */
  next: string
  nameStart: number
}
