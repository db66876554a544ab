import { visibleText } from '@codex/otel-api/visible-text'
import { secretForms } from './secret-forms.ts'

const MASK = '***'
/** Shorter parts would mask ordinary words. */
const SHORTEST_PART = 4
const LONGEST_TEXT = 200

/**
 * The words of a receiver, fit for a message: one line, what would not be seen shown, at most 200 characters, and with
 * every header value that it repeats masked, also the parts of it (`Bearer abc`) and what is inside of `Basic ...`, as
 * they are or encoded.
 */
export function maskValues(text: string, headers: Readonly<Record<string, string>>): string {
  const line = visibleText(maskSecrets(text, headers).replace(/\s+/g, ' ').trim())
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}...` : line
}

/** Longest first, so that no half of a secret survives the masking of its part. */
function maskSecrets(text: string, headers: Readonly<Record<string, string>>): string {
  const forms = [...secretsOf(headers)].flatMap(secretForms).sort((a, b) => b.length - a.length)
  if (forms.length === 0) return text
  return text.replace(new RegExp(forms.map(escapeForm).join('|'), 'gi'), MASK)
}

const escapeForm = (form: string): string => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function secretsOf(headers: Readonly<Record<string, string>>): Set<string> {
  const secrets = new Set<string>()
  for (const value of Object.values(headers)) {
    if (value === '') continue
    secrets.add(value)
    const parts = value.split(/[\s,;=:]+/)
    const basic = /^basic\s+(\S+)$/i.exec(value)?.[1]
    if (basic !== undefined) {
      const decoded = Buffer.from(basic, 'base64').toString('utf8')
      parts.push(decoded, ...decoded.split(':', 1), decoded.slice(decoded.indexOf(':') + 1))
    }
    for (const part of parts) if (part.length >= SHORTEST_PART) secrets.add(part)
  }
  return secrets
}
