import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openToWrite } from '../src/store/open-database.ts'
import { clickhouseView } from './clickhouse-view.ts'

describe('the view codex_events of ClickHouse', () => {
  it.each([
    ['codex_events.sql', 'Map'],
    ['codex_events_json.sql', 'JSON'],
  ] as const)('is in deploy/clickhouse/%s what the tables of agents say; `npm run docs` writes it', (name, type) => {
    const file = new URL(`../../../deploy/clickhouse/${name}`, import.meta.url)
    expect(readFileSync(file, 'utf8')).toBe(clickhouseView(type))
  })

  it("has the columns of a store's view, in their order, but for the number that a store alone gives a session", () => {
    const db = openToWrite(':memory:')
    const ofStore = db.prepare("SELECT name FROM pragma_table_info('codex_events')").all()
    db.close()
    const [, selected = ''] = clickhouseView('Map').split('\nSELECT\n')
    const ofClickhouse = [...selected.matchAll(/(?: AS |^ {2})(\w+)(?:,$|$)/gm)].map(([, name]) => ({ name }))
    expect(ofClickhouse).toEqual(ofStore.filter(({ name }) => name !== 'session_number').map(({ name }) => ({ name })))
  })
})
