import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { answer } from '../queries/queries.ts'
import { openToWrite } from './open-database.ts'
import { withWholeCharacters } from './whole-characters.ts'
import { writerMethods } from './writer-methods.ts'

const anyText = fc.string({ unit: fc.oneof(fc.constantFrom('\\', 'u', 'ud83d', '"', '\ud83d', '\ude00'), fc.string()) })

it('a body in JSON says what it said, with another character for each half of one', () => {
  fc.assert(
    fc.property(fc.array(anyText), texts => {
      const escaped = JSON.stringify(texts).replace(
        /[^\0-~]/g,
        c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      for (const json of [JSON.stringify(texts), escaped]) {
        const whole = Buffer.from(withWholeCharacters(Buffer.from(json))).toString()
        expect(JSON.parse(whole)).toEqual(texts.map(text => text.replace(/\p{Surrogate}/gu, '\ufffd')))
      }
    }),
  )
  expect(withWholeCharacters(Buffer.from('"\\uD83D\\uDE00\\uD83D"')).toString()).toBe('"\\uD83D\\uDE00\\ufffd"')
})

it.each([true, false])('a text that ends with half a character is stored with its request (content: %s)', content => {
  const db = openToWrite(':memory:')
  const writer = writerMethods(db, content)
  const texts = { 'event.name': 'codex.user_prompt', 'conversation.id': 'c', prompt: 'cut: \ud83d' }
  const attributes = Object.entries(texts).map(([key, value]) => ({ key, value: { stringValue: value } }))
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }))
  expect(writer.storeAll([{ signal: 'logs', encoding: 'json', body }])).toEqual([{ records: 1 }])
  expect(writer.importPart({ form: 'lines', bytes: body })).toMatchObject({ logs: 1, refused: [] })
  const [session] = answer(db, 'sessions', { ...ALL_TIME, limit: 1 })
  expect(session).toMatchObject({ events: 2, title: content ? 'cut: \ufffd' : null })
})
