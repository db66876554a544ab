import { expect, it } from 'vitest'
import { clickhouse, sqlite } from './dialect.ts'
import { COMMON_SQL } from './queries.ts'

it.each(Object.entries(COMMON_SQL))(
  'the SQL of %s asks ClickHouse for the columns that SQLite gives, in its own words',
  (_, sql) => {
    const ofSqlite = sql(sqlite)
    const ofClickhouse = sql(clickhouse)
    const names = (text: string): string[] => [...text.matchAll(/ AS (\w+)/g)].map(([, name]) => name as string)
    expect(names(ofClickhouse)).toEqual(names(ofSqlite))
    expect(ofClickhouse).toContain('FROM codex_events')
    expect(ofClickhouse).toMatch(/\{\w+:(?:Int64|String)\}/)
    expect(ofClickhouse).not.toMatch(/(?<![\w:]):\w+|FILTER \(|\bquantiles\(|\bevent_id IN\b/)
  },
)
