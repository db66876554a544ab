import { describe, expect, it } from 'vitest'
import { clickhouse, sqlite } from './dialect.ts'
import { COMMON_SQL } from './queries.ts'
import { sessionsFromEvents } from './sessions.ts'

describe.each(Object.entries({ ...COMMON_SQL, sessionsFromEvents }))('the SQL of %s', (_, sql) => {
  const ofSqlite = sql(sqlite)
  const ofClickhouse = sql(clickhouse)
  const named = (text: string): string[] => [...text.matchAll(/ AS (\w+)/g)].map(([, name]) => name as string)

  it('asks ClickHouse for the columns that SQLite gives', () => {
    expect(named(ofClickhouse)).toEqual(named(ofSqlite))
    expect(ofClickhouse).toContain('FROM codex_events')
  })

  it('has the words of each database, and none of the other', () => {
    const parameters = [...ofSqlite.matchAll(/(?<![\w:]):(\w+)/g)].map(([, name]) => name)
    expect([...ofClickhouse.matchAll(/\{(\w+):(?:Int64|String)\}/g)].map(([, name]) => name)).toEqual(parameters)
    expect(ofClickhouse).not.toMatch(/(?<![\w:]):\w+|FILTER \(|\bquantiles\(|\bevent_id IN\b/)
    expect(ofSqlite).not.toMatch(/[{}]|countIf|quantilesExact|intDiv/)
    expect(`${ofSqlite}${ofClickhouse}`).not.toMatch(/undefined|\[object|\$\{/)
  })

  it('names a column by the table where a result has the name, which ClickHouse would take', () => {
    const selects = [
      ...ofClickhouse.matchAll(
        /SELECT((?:(?!SELECT).)*?)FROM codex_events\b((?:(?!UNION ALL|GROUP BY|ORDER BY|\) AS).)*)/gs,
      ),
    ]
    expect(selects.length).toBeGreaterThan(0)
    for (const [, results = '', condition = ''] of selects) {
      const asked = `${results}${condition}`.replaceAll(/ AS \w+/g, '')
      expect(named(results).filter(name => new RegExp(`(?<![.\\w{])${name}\\b`).test(asked))).toEqual([])
    }
  })

  it('sorts what may be missing as both do', () => {
    // Where nothing is said, SQLite has the rows without a value first, and ClickHouse last.
    const order = ofClickhouse.split(/\bORDER BY\b/).at(-1) ?? ''
    for (const name of ['model', 'tool_name', 'source'].filter(column => new RegExp(`\\b${column}\\b`).test(order))) {
      if (!new RegExp(`\\b${name} IS NOT NULL`).test(ofClickhouse)) expect(order).toContain(`${name} NULLS FIRST`)
    }
  })
})
