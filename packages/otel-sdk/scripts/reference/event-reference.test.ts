import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EVENT_TABLE } from '../../src/catalogue/event-table.ts'
import { eventReference } from './event-reference.ts'
import { readEventDocs } from './payload-docs.ts'

const page = readFileSync(new URL('../../../../docs/events.md', import.meta.url), 'utf8')

describe('docs/events.md', () => {
  it('is what the catalogue and the table say; `npm run docs` writes it', () => {
    expect(page).toBe(eventReference())
  })

  it('has every event and every attribute of the table', () => {
    for (const [name, { columns }] of Object.entries(EVENT_TABLE)) {
      const section = page.split('\n## ').find(text => text.startsWith(`\`${name}\`\n`)) ?? ''
      for (const { attribute } of Object.values(columns)) expect(section).toContain(`| \`${attribute}\` |`)
    }
  })
})

describe('the reader of the catalogue', () => {
  it('takes comments of one line and of several, optional fields, lists of texts, and payloads of several kinds', () => {
    const source = `export interface CodexEvents {
  /** The first. */
  'a.first': First
  'a.second': Second
}

/** Two kinds. */
export type Second = One | Two

export type Choice = 'x' | 'y'

export interface First {
  /**
   * Over
   * two lines.
   */
  long: string
  bare?: number | undefined
  choice: Choice
}

/** Kind one. */
export interface One {
  one: 'z' | 'w'
}

/** Kind two. */
export interface Two {
  two: boolean
}
`
    expect(readEventDocs(source)).toEqual([
      {
        name: 'a.first',
        doc: 'The first.',
        payloads: [
          {
            doc: '',
            fields: [
              { name: 'long', doc: 'Over two lines.', optional: false, choices: [] },
              { name: 'bare', doc: '', optional: true, choices: [] },
              { name: 'choice', doc: '', optional: false, choices: ['x', 'y'] },
            ],
          },
        ],
      },
      {
        name: 'a.second',
        doc: '',
        payloads: [
          { doc: 'Kind one.', fields: [{ name: 'one', doc: '', optional: false, choices: ['z', 'w'] }] },
          { doc: 'Kind two.', fields: [{ name: 'two', doc: '', optional: false, choices: [] }] },
        ],
      },
    ])
  })

  it('says which payload it does not find', () => {
    const source = `export interface CodexEvents {\n  'a.first': First\n}\n`
    expect(() => readEventDocs(source)).toThrow('no interface First')
  })
})
