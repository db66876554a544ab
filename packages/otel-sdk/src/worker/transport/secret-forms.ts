/** Shorter than this, an encoded form would mask ordinary words. */
const SHORTEST_ENCODED = 8

/** The ways in which a receiver may write a value that it was sent; each a text to look for in any case of its letters. */
export function secretForms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const escaped = [...secret].map(char => ENTITIES[char] ?? char).join('')
  const written = [secret, JSON.stringify(secret).slice(1, -1), escaped]
  const hex = bytes.toString('hex')
  const units = Array.from({ length: secret.length }, (_, i) => hexOf(secret.charCodeAt(i)))
  const encoded = [
    encodeURIComponent(bytes.toString()),
    encodeURIComponent(bytes.toString()).replaceAll('%20', '+'),
    hex,
    hex.replace(/../g, '%$&'),
    units.map(unit => `\\u${unit}`).join(''),
    ...[0, 1, 2].flatMap(lead => [base64(bytes, lead, 'base64'), base64(bytes, lead, 'base64url')]),
  ]
  return [...new Set([...written, ...encoded.filter(form => form.length >= SHORTEST_ENCODED)])]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const hexOf = (unit: number): string => unit.toString(16).padStart(4, '0')

/**
 * What stands in base64 wherever the bytes follow `lead` others in their group of three. The characters at both ends
 * depend on what stands beside the bytes, and are left out.
 */
function base64(bytes: Buffer, lead: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(lead), bytes]).toString(encoding)
  return text.slice(lead === 0 ? 0 : lead + 1, Math.floor(((lead + bytes.length) * 4) / 3))
}
