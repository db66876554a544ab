import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growthOf } from '../growth.fixture.ts'
import { TEXT_LIMIT } from '../text-limits.ts'
import { loadText } from './find-secrets.ts'
import { createScrubber } from './scrub.ts'
import { mayHaveSequences, readTerminalText } from './terminal-text.ts'
import { ASSIGNMENTS, invented, TOKENS } from './testing/corpus.ts'
import { KINDS } from './testing/kind-corpus.ts'

const scrub = (text: string) => createScrubber().scrub(text)
const token = ['gh', 'p_', invented(36)].join('')
const half = (text: string) => Math.floor(text.length / 2)

describe('a secret in the output of a terminal', () => {
  it.each([
    [
      'grep --color',
      `.env:1:\x1b[01;31m\x1b[KAPI_KEY\x1b[m\x1b[K=hunter2`,
      `.env:1:\x1b[01;31m\x1b[KAPI_KEY\x1b[m\x1b[K=[SCRUBBED:key]`,
    ],
    ['grep --color of a part', 'API_KEY=hun\x1b[01;31m\x1b[Kter\x1b[m\x1b[K2 x', 'API_KEY=[SCRUBBED:key] x'],
    [
      'jq -C',
      '\x1b[1;39m{\n  \x1b[0m\x1b[34;1m"password"\x1b[0m\x1b[1;39m:\x1b[0m \x1b[0;32m"hunter2"\x1b[0m\x1b[1;39m\n}\x1b[0m',
      '\x1b[1;39m{\n  \x1b[0m\x1b[34;1m"password"\x1b[0m\x1b[1;39m:\x1b[0m \x1b[0;32m"[SCRUBBED:password]"\x1b[0m\x1b[1;39m\n}\x1b[0m',
    ],
    [
      'bat',
      '\x1b[38;5;81mpassword\x1b[0m\x1b[38;5;203m:\x1b[0m\x1b[38;5;231m \x1b[0m\x1b[38;5;186mhunter2\x1b[0m\n',
      '\x1b[38;5;81mpassword\x1b[0m\x1b[38;5;203m:\x1b[0m\x1b[38;5;231m \x1b[0m\x1b[38;5;186m[SCRUBBED:password]\x1b[0m\n',
    ],
    ['ls --color', `\x1b[0m\x1b[01;34m${token}\x1b[0m\n`, '\x1b[0m\x1b[01;34m[SCRUBBED:github-token]\x1b[0m\n'],
    ['tput', `\x1b(B\x1b[mTOKEN\x1b(B\x0f=abc\x1b(B`, '\x1b(B\x1b[mTOKEN\x1b(B\x0f=[SCRUBBED:token]\x1b(B'],
    [
      'cursor sequences',
      'API_KEY\x1b[?25l=\x1b[2Khun\x1b[1Cter2\x1b[?25h',
      'API_KEY\x1b[?25l=\x1b[2K[SCRUBBED:key]\x1b[?25h',
    ],
    ['8-bit forms', `API_KEY\x9b31m=\x9b0mabc\x9b32mdef\x9b0m`, 'API_KEY\x9b31m=\x9b0m[SCRUBBED:key]\x9b0m'],
    [
      'a hyperlink around it',
      `\x1b]8;;https://example.com\x1b\\TOKEN=abc\x1b]8;;\x1b\\`,
      `\x1b]8;;https://example.com\x1b\\TOKEN=[SCRUBBED:token]\x1b]8;;\x1b\\`,
    ],
    [
      'the target of a hyperlink',
      `\x1b]8;;https://me:hunter2@example.com/?x=1\x07link\x1b]8;;\x07`,
      `\x1b]8;;https://me:[SCRUBBED:url-password]@example.com/?x=1\x07link\x1b]8;;\x07`,
    ],
    ['a title', `\x1b]0;API_KEY=abc\x07$ `, '\x1b]0;API_KEY=[SCRUBBED:key]\x07$ '],
    ['a title in 8-bit form', '\x9d0;API_KEY=abc\x9c$ ', '\x9d0;API_KEY=[SCRUBBED:key]\x9c$ '],
    ['bold by overstriking', 'T\bTO\bOK\bKE\bEN\bN=a\bab\bbc\bc x', 'T\bTO\bOK\bKE\bEN\bN=[SCRUBBED:token] x'],
    ['underlined by overstriking', '_\bK_\bE_\bY_\b=_\ba_\bb1c234', '_\bK_\bE_\bY_\b=[SCRUBBED:key]'],
    [
      'an escape written as JSON writes it',
      '{"o":"API_KEY\\u001b[31m=\\u001b[0mabc\\u001b[m"}',
      '{"o":"API_KEY\\u001b[31m=\\u001b[0m[SCRUBBED:key]\\u001b[m"}',
    ],
    [
      'a hyperlink as JSON writes it',
      '{"o":"\\u001b]8;;x\\u0007TOKEN=abc\\u001b]8;;\\u001b\\\\"}',
      '{"o":"\\u001b]8;;x\\u0007TOKEN=[SCRUBBED:token]\\u001b]8;;\\u001b\\\\"}',
    ],
    [
      'escapes as a source has them',
      `\\x1b[31m${token.slice(0, 9)}\\x1b[0m${token.slice(9)}`,
      '\\x1b[31m[SCRUBBED:github-token]',
    ],
    ['octal escapes', `\\033[31m${token.slice(0, 9)}\\033[0m${token.slice(9)}`, '\\033[31m[SCRUBBED:github-token]'],
    ['escapes of a shell', `\\e[31m${token.slice(0, 9)}\\e[0m${token.slice(9)} x`, '\\e[31m[SCRUBBED:github-token] x'],
    ['code points', `\\u{1b}[31mTOKEN\\u{1b}[0m=abc`, '\\u{1b}[31mTOKEN\\u{1b}[0m=[SCRUBBED:token]'],
    ['cat -v', `^[[31m${token.slice(0, 4)}^[[0m${token.slice(4)}^[(B`, '^[[31m[SCRUBBED:github-token]^[(B'],
    ...['%1B', '<ESC>', '\\E', '\\0033', '\\o33'].map(written => [
      `an escape written as ${written}`,
      `DB_PASS${written}[0mWORD=abc`,
      `DB_PASS${written}[0mWORD=[SCRUBBED:password]`,
    ]),
    ['cat -v of a name', 'API_^[[01;31m^[[KKEY^[[m^[[K=abc', 'API_^[[01;31m^[[KKEY^[[m^[[K=[SCRUBBED:key]'],
    [
      'escapes of a source in JSON',
      JSON.stringify({ o: 'API_KEY\\x1b[0m=\\x1b[1mabc' }),
      JSON.stringify({ o: 'API_KEY\\x1b[0m=\\x1b[1m[SCRUBBED:key]' }),
    ],
    ['a sequence that is cut off', 'API_KEY=ab\x1b[0mcd \x1b[38;5', 'API_KEY=[SCRUBBED:key] \x1b[38;5'],
    ['a string that is cut off', '\x1b]0;API_KEY=abc', '\x1b]0;API_KEY=[SCRUBBED:key]'],
    ['a lone escape', 'API_\x1b', 'API_\x1b'],
    [
      'a word before it',
      `\x1b[36mline\x1b[0m\x1b[32m${token}\x1b[0m`,
      '\x1b[36mline\x1b[0m\x1b[32m[SCRUBBED:github-token]\x1b[0m',
    ],
  ])('is replaced where it stands: %s', (_name, text, expected) => {
    expect(scrub(text)).toBe(expected)
  })

  it.each([
    'plain \x1b[1mbold\x1b[0m text',
    '\x1b[32mpassword\x1b[0m: \x1b[33mstring\x1b[0m',
    '\x1b[34mexport\x1b[39m \x1b[34mfunction\x1b[39m tokenFor(key: \x1b[36mstring\x1b[39m): Token',
    '\x1b[31m-  const token = lookup(id)\x1b[m\n\x1b[32m+\x1b[m\x1b[32m  const token = await lookup(id)\x1b[m\n',
    'N\bNA\bAM\bME\bE\n       ls - list',
    '\x1b]0;~/app\x07\x1b[?2004h$ ',
    '\x1bPq#0;2;0;0;0#0~~@@vv@@~~$-\x1b\\',
    'caf\u00e9 \u0085 \\u00e9',
  ])('is not what has none: %j', text => {
    expect(scrub(text)).toBe(text)
  })

  it('is found wherever a sequence stands in it', () => {
    const cases = [...TOKENS, ...ASSIGNMENTS, ...KINDS].filter(({ text, secret }) => text.includes(secret))
    const sequences = fc.constantFrom(
      '\x1b[31m',
      '\x1b[0m\x1b[K',
      '\x9b1m',
      '\x1b]8;;x\x07',
      '\x1b(B',
      '\x1b[?25l',
      '\\u001b[1m',
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        sequences,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ({ text, secret }, sequence, share) => {
          const at = Math.floor(share * (text.length + 1))
          const plain = scrub(text)
          const scrubbed = scrub(text.slice(0, at) + sequence + text.slice(at))
          // What stood in the secret is gone with it; elsewhere it stays.
          expect(scrubbed.replace(sequence, '')).toBe(plain)
          expect(scrubbed).not.toContain(
            secret.slice(0, half(secret)).length > 8 ? secret.slice(0, half(secret)) : '\0',
          )
        },
      ),
      { numRuns: 1_500 },
    )
  })

  it('leaves nothing of itself at the border of what is kept', () => {
    const line = '\x1b[32ma line of text\x1b[0m\n'
    const front = line.repeat(5_000).slice(0, TEXT_LIMIT.keepUnits - 30)
    const coloured = [...token].map(char => `\x1b[1m${char}\x1b[0m`).join('')
    const scrubbed = scrub(`${front}\n${coloured}\n${line.repeat(300)}`)
    expect(scrubbed.endsWith('[SCRUBBED:github-token]')).toBe(true)
  })
})

describe('the way back from what a terminal shows', () => {
  it('leads to the same characters', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'c\bc',
      '_\bd',
      '\x1b[31m',
      '\x1b]0;t\x07',
      '\x9b',
      '\x1b',
      '\b',
      'é',
      '😀',
      '\\u001b[m',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        const text = pieces.join('')
        const shown = readTerminalText(text)
        if (shown === undefined) {
          for (const control of ['\x1b', '\b', '\x9b']) expect(text).not.toContain(control)
          return
        }
        const { visible } = shown
        let last = 0
        for (let index = 0; index < visible.text.length; index++) {
          const { start, end } = visible.span(index, index + 1)
          expect(start).toBeGreaterThanOrEqual(last)
          expect(text.slice(start, end)).toContain(visible.text[index])
          last = end
        }
        expect(visible.lengthBefore(text.length)).toBe(visible.text.length)
        expect(visible.lengthBefore(0)).toBe(0)
      }),
    )
  })

  it('is not asked for in a text without control sequences', () => {
    for (const text of ['', 'plain text', 'Größe 日本 😀', 'a\\nb "quoted\\"', 'a line of text\n'.repeat(9)]) {
      expect(mayHaveSequences(text, loadText(text).kind)).toBe(false)
    }
    for (const text of ['\x1b', 'N\bN', '\x9b1m'].flatMap(text => [text, text.padStart(99, 'a')])) {
      expect(mayHaveSequences(text, loadText(text).kind)).toBe(true)
    }
  })
})

describe('the time that hostile sequences take', () => {
  const hostile: Record<string, string> = {
    escapes: '\x1b',
    'beginnings of sequences': '\x1b[',
    'parameters without end': '\x1b[1;1;1;1;1;1;1;1;1;1',
    'beginnings of strings': '\x1b]',
    'strings without end': '\x1b]0;aaaaaaaaaaaaaaaaaa',
    'one string without end': 'a',
    '8-bit forms': '\x9b\x9d\x90',
    backspaces: '\b',
    'characters written twice': 'a\ba',
    'secrets in sequences': '\x1b[31mkey\x1b[0m=\x1b[32m',
    'escapes of JSON': '\\u001b',
    'escapes of sources': '\\x1b[',
    'escapes of cat': '^[[1;1;1',
    backslashes: '\\',
  }

  it.each(Object.entries(hostile))('grows with the length of the text: %s', (_name, unit) => {
    const of = (length: number) => `\x1b]0;${unit.repeat(Math.ceil(length / unit.length))}`
    expect(growthOf(readTerminalText, { of, length: 1_048_576 })).toBeLessThan(2.5)
  })
})
