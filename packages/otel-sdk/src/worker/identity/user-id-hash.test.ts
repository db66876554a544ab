import { describe, expect, it } from 'vitest'
import { userIdHash } from './user-id-hash.ts'

const key = 'sk-0123456789abcdefghij'

describe('the hashed user id', () => {
  it('is SHA-256 over the prefix and the id, the same at all times', () => {
    // printf %s codex-otel:user-id:v1:user-fake-1 | sha256sum
    const expected = '995ac90323b3f658f483088157f9b87e6c3f826962e03e4e50a81281478fe383'
    expect(userIdHash({ userId: 'user-fake-1' })).toBe(expected)
    expect(userIdHash({ userId: ' user-fake-1\n' })).toBe(expected)
  })

  it('comes from the signed-in user before the API key, and from the key without a sign-in', () => {
    expect(userIdHash({ userId: 'user-fake-1', apiKey: key })).toBe(userIdHash({ userId: 'user-fake-1' }))
    expect(userIdHash({ apiKey: key })).toMatch(/^[0-9a-f]{64}$/)
    expect(userIdHash({ userId: '', apiKey: `${key}\n` })).toBe(userIdHash({ apiKey: key }))
    expect(userIdHash({ apiKey: key })).not.toBe(userIdHash({ userId: 'user-fake-1' }))
  })

  it('contains nothing of what it was made from', () => {
    expect(userIdHash({ apiKey: key })).not.toContain('0123456789')
  })

  it.each(['ollama', 'EMPTY', '', '   ', 'nineteen-characters', `ollama${' '.repeat(30)}`])(
    'is not made from the placeholder "%s"',
    apiKey => expect(userIdHash({ apiKey })).toBeUndefined(),
  )

  it('is undefined without an id and a key', () => {
    expect(userIdHash({})).toBeUndefined()
    expect(userIdHash({ userId: ' ' })).toBeUndefined()
  })
})
