import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capText } from '../cap-text.ts'
import { growthOf } from '../growth.fixture.ts'
import { createFindPatterns } from '../patterns/find-patterns.ts'
import { sanitizeText } from '../sanitize-text.ts'
import { CAP_MARGIN, TEXT_LIMIT, TOOL_OUTPUT_LIMIT } from '../text-limits.ts'
import { createScrubber } from './scrub.ts'
import { ASSIGNMENTS, invented, ORDINARY, TOKENS } from './testing/corpus.ts'

const scrub = (text: string) => createScrubber().scrub(text)

describe('a scrubber', () => {
  it.each(TOKENS)('replaces $kind where it stands: $text', ({ kind, text, secret }) => {
    expect(scrub(text)).toBe(text.replace(secret, `[SCRUBBED:${kind}]`))
  })

  it.each(ASSIGNMENTS)('replaces the value in $text', ({ kind, text, secret }) => {
    const scrubbed = scrub(text)
    expect(scrubbed).toContain(`[SCRUBBED:${kind}]`)
    const written = text.includes(secret) ? secret : JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)
    expect(scrubbed).toBe(text.replace(written, `[SCRUBBED:${kind}]`))
  })

  it.each(ORDINARY)('leaves ordinary text alone: %s', text => {
    expect(scrub(text)).toBe(text)
  })

  it('names the provider where an assignment holds its key', () => {
    const key = ['sk', '-proj-', invented(40)].join('')
    expect(scrub(`OPENAI_API_KEY=${key} codex`)).toBe('OPENAI_API_KEY=[SCRUBBED:openai-key] codex')
  })

  it('counts what it replaced', () => {
    const scrubber = createScrubber()
    scrubber.scrub('API_KEY=abc and TOKEN=def')
    scrubber.scrub('nothing here')
    scrubber.scrub('redis://:abc@cache')
    expect(scrubber.count).toBe(3)
  })

  it('changes nothing when it is off', () => {
    const scrubber = createScrubber({ enabled: false })
    expect(scrubber.scrub('API_KEY=abc')).toBe('API_KEY=abc')
    expect(scrubber.count).toBe(0)
  })

  it('finds nothing in what it wrote', () => {
    for (const { text } of [...TOKENS, ...ASSIGNMENTS]) expect(scrub(scrub(text))).toBe(scrub(text))
  })

  it('replaces all secrets of a long text and keeps what is between them', () => {
    const text = ORDINARY.filter(part => part.length < 1_000).flatMap((part, index) => {
      const { text: inner } = TOKENS[index % TOKENS.length] as (typeof TOKENS)[number]
      return [part, inner]
    })
    const scrubbed = scrub(text.join('\n\n'))
    for (const { secret } of TOKENS) expect(scrubbed).not.toContain(secret)
    expect(scrubbed).toContain('The key idea: a token is a word')
  })

  it('never throws and never grows without reason, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('é', '日本', '😀', '\ud83d', '\ude00', '\u0000', '\u2028', '\u017f'),
      fc.constantFrom(
        'key',
        'TOKEN=',
        'password: ',
        '"',
        '\\"',
        '\\',
        '://',
        ':',
        '@',
        'eyJ',
        '.',
        '-----BEGIN ',
        '\n',
      ),
      fc.constantFrom(...TOKENS.map(({ text }) => text)),
      fc.constantFrom(...ASSIGNMENTS.map(({ text }) => text)),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        const scrubber = createScrubber()
        const text = pieces.join('')
        const scrubbed = scrubber.scrub(text)
        if (scrubber.count === 0) expect(scrubbed).toBe(text)
        else expect(scrubbed.split('[SCRUBBED:').length - 1).toBeGreaterThanOrEqual(scrubber.count)
      }),
    )
  })
})

describe('a secret across a border', () => {
  const cases = fc.constantFrom(...TOKENS, ...ASSIGNMENTS.filter(({ secret }) => secret.length > 8))
  const fillers = fc.constantFrom('a line of text\n', 'x = 1; ', '日本語 ', '😀 ')

  it.each([
    ['a text', TEXT_LIMIT],
    ['the output of a tool', TOOL_OUTPUT_LIMIT],
  ])('leaves no half of itself in %s', (_name, limit) => {
    const borders = [limit.wireBytes, limit.keepUnits, limit.keepUnits + CAP_MARGIN]
    fc.assert(
      fc.property(
        cases,
        fillers,
        fc.constantFrom(...borders),
        fc.integer({ min: 0, max: 420 }),
        fc.boolean(),
        ({ text, secret }, filler, border, back, more) => {
          const front = filler.repeat(Math.ceil(border / filler.length)).slice(0, Math.max(0, border - back - 1))
          const full = `${front}\n${text}\n${more ? filler.repeat(1_500) : ''}`
          const { text: finished } = sanitizeText(capText(full, limit), createScrubber(), limit)
          for (let at = 0; at + 12 <= secret.length; at += 6) expect(finished).not.toContain(secret.slice(at, at + 12))
          // What is left is the beginning of the whole text, scrubbed: the cap itself changed nothing.
          const whole = createScrubber().scrub(full, { ...limit, keepUnits: full.length })
          const kept = finished.replace(/\n?\[\.\.\. telemetry preview truncated \.\.\.\]$/, '')
          expect(whole.startsWith(kept)).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })

  it.each([
    ['in the middle of its first part', 9_000, 400],
    ['right after its first part', CAP_MARGIN + 10, 400],
  ])('is a JSON web token that is cut off %s', (_name, firstPart, secondPart) => {
    const token = ['ey', 'J', invented(firstPart), '.ey', 'J', invented(secondPart), '.', invented(43)].join('')
    const front = 'a line of text\n'.repeat(5_000).slice(0, TEXT_LIMIT.keepUnits - 20)
    const { text } = sanitizeText(capText(`${front} ${token}`), createScrubber())
    expect(text).not.toContain(token.slice(0, 12))
  })

  it('is a private key without its beginning whose end lies past the border', () => {
    const lines = Array.from({ length: 40 }, (_, line) => invented(64, undefined, line + 1)).join('\n')
    const end = ['-----E', 'ND ', 'PRIVATE', ' KEY-----'].join('')
    const front = 'a line of text\n'.repeat(5_000).slice(0, TEXT_LIMIT.keepUnits - 100)
    const { text } = sanitizeText(capText(`${front}\n${lines}\n${end}\n`), createScrubber())
    expect(text).not.toContain(lines.slice(0, 12))
  })

  it('is no matter of how much shorter the text before it became', () => {
    const shrinking = TOKENS.filter(({ kind }) => kind === 'private-key').map(({ text }) => text)
    const front = `${shrinking.join('\n')}\n`.repeat(60).slice(0, TEXT_LIMIT.keepUnits + CAP_MARGIN - 20)
    const key = ['gh', 'p_', invented(36)].join('')
    const { text, truncated } = sanitizeText(capText(`${front}\n ${key}`), createScrubber())
    expect(truncated).toBe(true)
    expect(text).not.toContain(key.slice(0, 8))
  })
})

describe('patterns of the user', () => {
  const scrubber = (source: string) =>
    createScrubber({ findPatterns: createFindPatterns([source], { kind: 'employee-id' }) })

  it('are replaced beside the built-in ones', () => {
    expect(scrubber('EMP-\\d{6}').scrub('EMP-123456 has API_KEY=abc')).toBe(
      '[SCRUBBED:employee-id] has API_KEY=[SCRUBBED:key]',
    )
  })

  it('are joined with what they overlap', () => {
    expect(scrubber('abc\\w+').scrub('API_KEY=abcdef')).toBe('API_KEY=[SCRUBBED:key]')
  })

  it('are found where a control sequence stands in what they match', () => {
    expect(scrubber('EMP-\\d{6}').scrub('\x1b[1mEMP\x1b[0m-123\x1b[31m456\x1b[0m')).toBe(
      '\x1b[1m[SCRUBBED:employee-id]\x1b[0m',
    )
  })

  it('are found everywhere in a long text', () => {
    const text = Array.from({ length: 4_000 }, (_, index) => `line ${index} EMP-${100_000 + index}`).join('\n')
    const found = scrubber('EMP-\\d{6}')
    expect(found.scrub(text, { ...TEXT_LIMIT, keepUnits: text.length })).not.toMatch(/EMP-\d/)
    expect(found.count).toBe(4_000)
  })
})

describe('the time that scrubbing takes', () => {
  const adversaries: Record<string, string> = {
    names: 'keykeykey',
    assignments: 'key=',
    'open quotes': 'key="',
    'escaped quotes': 'token=\\"',
    backslashes: '\\',
    'names and backslashes': 'password\\\\\\\\',
    'token headers': 'eyJ-eyJ-eyJ-',
    'token parts': 'eyJaaaaaaaaaa.',
    'key blocks': ['-----BEGIN ', 'PRIVATE', ' KEY-----\n'].join(''),
    'key tails': ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n-----END ', 'PRIVATE', ' KEY-----\n'].join(''),
    'base64 before the end of a key': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n-----END ',
    'URL beginnings': 'a://',
    addresses: 'a://b:c/',
    'addresses and scopes': 'a://b:1/@',
    cookies: 'cookie: a=',
    elements: '<token>',
    'options of mysql': 'mysql -a -b -c ',
    'users of curl': ' -u a:b',
    'user infos': 'a://b:',
    bearers: 'bearer aaaaaaaaaaaaaaaaaa ',
    prefixes: 'sk-aaaaaaaaaaaaaaaaaaaaaaaa-',
    dots: 'SG.aaaaaaaaaaaaaaaaaaaaaaaa',
    'weak values': 'key=aaaaaaaaaaaaaaaaaaaaaaaaaa',
    arguments: '--token ',
    spaces: 'key                            ',
    'names and values': 'name: TOKEN\nvalue: a\n',
    'values alone': '"value":"a1",',
    'block scalars': 'password: |\n  a\n',
    'an open block scalar': 'password: |\n                a\n                ',
    'values on the next line': 'password:\n  ',
    'triple quotes': 'api_key="""a ',
    'headers for authorization': 'Authorization: a b1b1b1b1 ',
    'parameters of schemes': '"Authorization: Digest a=b, ',
    'settings by command': 'npm config set --a --b c/d:api_key ',
    logins: 'docker login -u a -p ',
    pipes: 'echo a | a --password-stdin ',
    'secrets of clusters': 'create secret a --from-literal=a=',
    'options of programs': 'pulumi config set --a --b --secret ',
    webhooks: '//hook/a/a/a/',
    'webhooks of hosts': 'https://hooks.a/',
    'encoded keys': 'LS0tLS1CRUdJTi',
    'encoded private keys': 'eC0tLS0tQkVHSU4gUFJJVkFURSBLRVktLS0tLQ',
    'keys of PuTTY': 'Private-Lines: 1\naaaaaaaaaaaaaaaaaaaa\n',
    'commands of curl': 'curl -u ',
    'curl without an end of a quote': 'curl -d " ',
    'quotes of curl in JSON': 'curl \\"a ',
    'lists of arguments of curl': '"curl", "-u", ',
    'one long command of curl': '-d a ',
    'braces before values': '{"name":"KEY","a":{"b":1},"value":"$a"},',
    'braces without end': '}"value":"a1"',
    'elements with names': '<name>key</name><a>b</a><value>a</value>',
    'attributes of elements': '<a name="api_key" b="c">',
    'properties of lists': '<key>API_KEY</key><string>a',
    lists: 'api_keys: ["a", ',
    'lists of YAML': 'passwords:\n  - a\n',
    'values of several lines': 'password: "a1\n  b\n',
    'folded headers': 'Authorization: a\r\n ',
    'blocks in JSON': 'password: |\\n  a',
    'settings by command in lists': '"aws","configure","set","api_key",',
    'connection strings': 'Server=a;Pwd=$a;',
    'statements of SQL': "ALTER USER a PASSWORD 'b' identified by ",
    'here-strings': '--password-stdin <<< ',
    'passwords by option': 'mongosh -p ',
    'fixed beginnings': 'EAAA1aaaaaaaaaaaaaaaaaaaaaaa+',
  }

  it.each(Object.entries(adversaries))('grows with the length of the text: %s', (_name, unit) => {
    const scrubber = createScrubber()
    const of = (length: number) => unit.repeat(Math.ceil(length / unit.length))
    const scrub = (text: string) => scrubber.scrub(text, { ...TEXT_LIMIT, keepUnits: text.length })
    expect(growthOf(scrub, { of, length: 65_536, rounds: 4 })).toBeLessThan(2.5)
  })
})
