import { expect, it } from 'vitest'
import { filled } from './fill-query.ts'

it('a copied query has its values, and a text in it stays a text', () => {
  const sql = 'time_ms >= {from:Int64} AND ({model:String} = {model:String}) LIMIT {limit:Int64}'
  expect(filled(sql, { from: 12, model: "a'b\\c" })).toBe(
    "time_ms >= 12 AND ('a\\'b\\\\c' = 'a\\'b\\\\c') LIMIT {limit:Int64}",
  )
})
