/** Letters of the scripts that have no spaces between words. */
const UNSPACED = '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}'
const ONE_UNSPACED = `[[\\p{L}\\p{N}]&&[${UNSPACED}]]\\p{M}*`

/** A letter of a word that goes on until a space, a sign or another script ends it, for expressions with the flag `v`. */
export const LETTER: string = `[[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]`

const WORDS = new RegExp(`${ONE_UNSPACED}|${LETTER}+`, 'gv')
const UNSPACED_WORDS = new RegExp(ONE_UNSPACED, 'gv')
const UNSPACED_WORD = new RegExp(`^${ONE_UNSPACED}$`, 'v')
/** Texts of most languages are told by this, which is quick. */
const MAY_BE_UNSPACED = /[\u0e00-\uffff]/

/** The words of a text; of scripts without spaces each letter is one, so that a part of a sentence is found wherever it is. */
export const wordsIn = (text: string): string[] => text.match(WORDS) ?? []

/** Whether it is a letter of a script without spaces. */
export const isUnspaced = (word: string): boolean => UNSPACED_WORD.test(word)

/** A text with spaces between its words, where the full-text index would take many for one. */
export const spaced = (text: string): string =>
  MAY_BE_UNSPACED.test(text) ? text.replace(UNSPACED_WORDS, ' $& ') : text
