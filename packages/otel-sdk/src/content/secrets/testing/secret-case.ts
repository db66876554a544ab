/** Characters of an invented secret, mixed as a generator would; put together here so that no scanner finds one in the source. */
export function invented(length: number, alphabet = 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYz', seed = 7): string {
  let state = seed
  let text = ''
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    text += alphabet[(state >> 8) % alphabet.length]
  }
  return text
}

export const HEX = '0123456789abcdef'
export const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
export const body = (length: number): string => invented(length)
export const join = (...parts: string[]): string => parts.join('')

/** A text with a secret in it, the part that must be gone, and the kind that the placeholder names. */
export interface SecretCase {
  kind: string
  text: string
  secret: string
}

export function secret(kind: string, value: string, around: (value: string) => string = value => value): SecretCase {
  return { kind, text: around(value), secret: value }
}
