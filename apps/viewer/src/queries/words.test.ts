import { expect, it } from 'vitest'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { spaced, wordsIn } from './words.ts'

it('each letter of a script without spaces is a word, with what belongs to it', () => {
  expect(wordsIn('fix_it, 请修正abc2 データ cafe\u0301 한국어')).toEqual([
    ...['fix', 'it', '请', '修', '正', 'abc2', 'デ', 'ー', 'タ', 'cafe\u0301', '한국어'],
  ])
  expect(wordsIn('ที่นี่')).toEqual(['ที่', 'นี่'])
  expect(spaced('fix it, Ж and é')).toBe('fix it, Ж and é')
  expect(spaced('a请修b').split(/ +/)).toEqual(['a', '请', '修', 'b'])
})

it('a part of a sentence without spaces is found wherever it is, and is what is marked', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('a-simple'))
  const attributes = (prompt: string): object[] =>
    Object.entries({ 'event.name': 'codex.user_prompt', 'conversation.id': 'c', prompt }).map(([key, stringValue]) => ({
      key,
      value: { stringValue },
    }))
  const prompts = ['请修正这个测试spool。再运行', 'このテストを直して', 'แก้การทดสอบนี้', '正修']
  const logRecords = prompts.map(prompt => ({ timeUnixNano: '1700000000000000000', attributes: attributes(prompt) }))
  const body = new Uint8Array(Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })))
  expect(await store.store({ signal: 'logs', encoding: 'json', body })).toHaveProperty('records')
  const found = async (words: string): Promise<string[][]> =>
    (await store.query('search', { words, limit: 9 })).map(({ parts }) => parts)
  expect(await found('修正')).toEqual([['请', '修正', '这个测试spool。再运行']])
  expect(await found('测试 运行')).toEqual([['请修正这个', '测试', 'spool。再', '运行', '']])
  expect(await found('spool 再')).toEqual([['请修正这个测试', 'spool', '。', '再', '运行']])
  expect(await found('测试spool')).toEqual([['请修正这个', '测试spool', '。再运行']])
  expect(await found('テスト')).toEqual([['この', 'テスト', 'を直して']])
  expect(await found('ทดสอบ')).toEqual([['แก้การ', 'ทดสอบ', 'นี้']])
  expect(await found('修改')).toEqual([])
})
