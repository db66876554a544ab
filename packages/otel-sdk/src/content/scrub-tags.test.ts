import { describe, expect, it } from 'vitest'
import { sanitizeTags } from './sanitize-tags.ts'
import { scrubTags } from './scrub-tags.ts'
import { createScrubber } from './secrets/scrub.ts'

const token = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')
const scrub = (tags: Readonly<Record<string, unknown>>) => scrubTags(tags, createScrubber())

describe('a tag or an attribute', () => {
  it.each([
    ['DB_PASSWORD', 'Q7xhunter2', '[SCRUBBED:password]'],
    ['DB_PASSWORD', 'correct horse', '[SCRUBBED:password]'],
    ['db.password', 'hunter', '[SCRUBBED:password]'],
    ['api_key', 'abc123', '[SCRUBBED:key]'],
    ['apiKey', 'abc123', '[SCRUBBED:key]'],
    ['x-api-key', 'abc123', '[SCRUBBED:key]'],
    ['API_KEYS', 'abc123,def456', '[SCRUBBED:key]'],
    ['client_secret', 'abc123', '[SCRUBBED:secret]'],
    ['access_token', 'abc123', '[SCRUBBED:token]'],
    ['token', 'aB3dE5fG7hJ9kL2mN4', '[SCRUBBED:token]'],
    ['http.request.header.authorization', 'Splunk abc123defg', 'Splunk [SCRUBBED:authorization]'],
    ['http.request.header.cookie', 'sid=abcdef123', '[SCRUBBED:cookie]'],
    ['GITHUB_TOKEN', token, '[SCRUBBED:github-token]'],
    ['GITHUB_TOKEN', `${token} and more`, '[SCRUBBED:token]'],
  ])('is without its value where its key names a credential: %s=%s', (key, value, expected) => {
    expect(scrub({ [key]: value })).toEqual({ [key]: expected })
  })

  it('stays where its key names none, or its value is none', () => {
    const tags = {
      token_type: 'cached_input',
      auth_mode: 'chatgpt',
      key: 'name',
      sort_key: 'date1',
      token: 'input',
      token_count: '12',
      tokens: '1234567',
      api_keys: 'two',
      password: '',
      api_key: '$API_KEY',
      'auth.env_provider_key_name': 'OPENAI_API_KEY',
      secret: 'true',
      api_key_present: true,
      password_length: 8,
    }
    expect(scrub(tags)).toEqual(tags)
  })

  it('counts once for each value that is replaced', () => {
    const scrubber = createScrubber()
    scrubTags({ DB_PASSWORD: 'hunter2', api_key: 'abc123', region: 'eu' }, scrubber)
    expect(scrubber.count).toBe(2)
  })

  it('stays where scrubbing is off', () => {
    const tags = { DB_PASSWORD: 'hunter2' }
    expect(scrubTags(tags, createScrubber({ enabled: false }))).toEqual(tags)
  })

  it('of a metric keeps the placeholder', () => {
    expect(sanitizeTags({ DB_PASSWORD: 'Q7xhunter2', file: 'a b' }, createScrubber())).toEqual({
      DB_PASSWORD: '[SCRUBBED:password]',
      file: 'a_b',
    })
  })
})
