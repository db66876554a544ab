// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration refers to variables.
import { expect, it } from 'vitest'
import { growthOf } from '../content/growth.fixture.ts'
import { formatKey, quote } from './describe-value.ts'

const TOKEN = ['gh', 'p_aB3dE5fG7hJ9kL2mN4pQ6rS8tU0v'].join('')

it.each([
  ['otlp-http', '"otlp-http"'],
  ['codex-cli 1.2.3 (staging)', '"codex-cli 1.2.3 (staging)"'],
  ['0193f0a2-7c1b-7d43-9f2e-4b8a6c0d1e2f', '"0193f0a2-7c1b-7d43-9f2e-4b8a6c0d1e2f"'],
  ['${OTLP_TOKEN}', '"${OTLP_TOKEN}"'],
  ['/etc/ssl/key.pem', '"/etc/ssl/key.pem"'],
  [`run ${TOKEN} now`, '"run ghp_*** now"'],
  ['DB_PASSWORD=hunter2 and more', '"DB_PASSWORD=***"'],
  ['{"api_key": "hunter2"}', '"{\\"api_key\\": ***"'],
  ['https://me:hunter2@example.com/v1/logs?key=1', '"https://***@example.com/v1/logs?***"'],
  [`https://me:${'x'.repeat(500)}@example.com/`, '"https://***@example.com/"'],
  [`${'x '.repeat(195)}${TOKEN}`, `"${'x '.repeat(40)}" (cut, 422 characters in all)`],
])('quotes %s without what looks like a secret', (text, quoted) => {
  expect(quote(text)).toBe(quoted)
})

it('names a key without what looks like a secret in it', () => {
  expect(formatKey(['otel', 'resource', 'service.instance'])).toBe('otel.resource."service.instance"')
  expect(formatKey(['otel', 'resource', TOKEN])).toBe('otel.resource.ghp_***')
})

it.each(['key-', 'a', 'a1', '@'])('takes a time that grows with the length of the text: %s', unit => {
  const of = (length: number) => unit.repeat(length / unit.length)
  expect(growthOf(quote, { of, length: 400_000 })).toBeLessThan(2.5)
})
