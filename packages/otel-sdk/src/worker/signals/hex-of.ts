/** An id in hexadecimal digits, from its numbers of 32 bits. */
export const hexOf = (words: readonly number[]): string =>
  words.map(word => (word >>> 0).toString(16).padStart(8, '0')).join('')
