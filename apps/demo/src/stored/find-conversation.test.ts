import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InputItem } from '../model/responses-api.ts'
import { newConversationId } from '../telemetry.ts'
import { UsageError } from '../usage-error.ts'
import { type ConversationStore, conversationStore } from './conversation-store.ts'
import { findConversation } from './find-conversation.ts'

const ID = newConversationId()
const UNKNOWN = '01900000-0000-7000-8000-000000000000'
const ITEMS: InputItem[] = [
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'line one\nline two \u2028' }] },
  { type: 'reasoning', summary: [], encrypted_content: 'x' },
  { type: 'function_call', call_id: 'c', name: 'echo', namespace: 'mcp__demo', arguments: '{}' },
  { type: 'function_call_output', call_id: 'c', output: 'hi' },
  { type: 'custom_tool_call', call_id: 'd', name: 'patch', input: 'x' },
  { type: 'custom_tool_call_output', call_id: 'd', output: 'no' },
  {
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'output_text', text: 'Hello.' },
      { type: 'refusal', refusal: 'No.' },
    ],
  },
]

let home: string
let store: ConversationStore
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stored-'))
  store = conversationStore(home)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const fileOf = (id: string): string => join(store.directory, `${id}.jsonl`)
const messageOf = (find: () => unknown): string => {
  try {
    find()
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return (error as Error).message
  }
  throw new Error('it was found')
}
const byId = (id: string) => findConversation(store, { id }, '/work')
const last = (where: 'here' | 'anywhere' = 'here', cwd = '/work') => findConversation(store, { last: where }, cwd)

describe('a stored conversation', () => {
  it.each([
    [{ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'acme=1' }],
    [{ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }],
    [undefined],
  ])('keeps the place of its latest turn in a trace: %j', lastTurn => {
    store.write({ id: ID, cwd: '/work', lastTurn, items: ITEMS })
    expect(byId(ID).lastTurn).toEqual(lastTurn)
  })

  it('is read as it was written, with items of every kind', () => {
    store.write({ id: ID, cwd: '/work', items: ITEMS })
    expect(byId(ID)).toEqual({ id: ID, cwd: '/work', items: ITEMS })
    expect(byId(` ${ID.toUpperCase()} `).id).toBe(ID)
  })

  it('replaces its earlier state, and leaves no other file', () => {
    store.write({ id: ID, cwd: '/work', items: [] })
    store.write({ id: ID, cwd: '/work', items: ITEMS })
    expect(readdirSync(store.directory)).toEqual([`${ID}.jsonl`])
    expect(last().items).toHaveLength(ITEMS.length)
  })

  it('keeps its earlier state when the new one cannot be written', () => {
    store.write({ id: ID, cwd: '/work', items: ITEMS })
    const output = 'x'.repeat(64 * 2 ** 20)
    expect(() =>
      store.write({ id: ID, cwd: '/', items: [{ type: 'function_call_output', call_id: 'c', output }] }),
    ).toThrow('more than 67108864 bytes')
    expect(readdirSync(store.directory)).toEqual([`${ID}.jsonl`])
    expect(last().items).toEqual(ITEMS)
  })
})

describe('--last', () => {
  it('finds the conversation that was written last, of this directory or of any', () => {
    const [older, newer, elsewhere] = [newConversationId(), newConversationId(), newConversationId()]
    for (const [i, [id, cwd]] of [
      [newer, '/work'],
      [older, '/work'],
      [elsewhere, '/other'],
    ].entries()) {
      store.write({ id: id as string, cwd: cwd as string, items: [] })
      utimesSync(fileOf(id as string), 1000, [2000, 1000, 3000][i] as number)
    }
    expect(last().id).toBe(newer)
    expect(last('here', '/other').id).toBe(elsewhere)
    expect(last('anywhere').id).toBe(elsewhere)
    expect(messageOf(() => last('here', '/third'))).toMatch(/^no conversation is stored for \/third; .* with --all/)
  })

  it('reports that no conversation is stored', () => {
    expect(messageOf(last)).toBe('no conversation is stored; codex-demo exec "a question" starts one.')
  })

  it('reports a latest conversation that cannot be read, and does not use an older one', () => {
    store.write({ id: ID, cwd: '/work', items: [] })
    utimesSync(fileOf(ID), 1000, 1000)
    writeFileSync(fileOf(UNKNOWN), 'x'.repeat(100_000))
    expect(messageOf(last)).toContain(`${fileOf(UNKNOWN)} cannot be read: its first line is not there or too long`)
    expect(byId(ID).id).toBe(ID)
  })
})

describe('an unknown id', () => {
  it('is answered with similar ids', () => {
    store.write({ id: ID, cwd: '/work', items: [] })
    const changed = ID.replace(/.$/, digit => (digit === '0' ? '1' : '0'))
    for (const wrong of [ID.slice(0, 13), ID.slice(1), ID.slice(-12), changed, ID.replaceAll('-', '').slice(0, 4)]) {
      expect(messageOf(() => byId(wrong))).toContain(`Did you mean ${ID}?`)
    }
  })

  it('is answered with the latest id where no id is similar, and with advice where no conversation is stored', () => {
    expect(messageOf(() => byId(UNKNOWN))).toBe(
      `there is no conversation ${UNKNOWN} in ${store.directory}. None is stored; codex-demo exec "a question" starts one.`,
    )
    store.write({ id: ID, cwd: '/work', items: [] })
    expect(messageOf(() => byId(UNKNOWN))).toContain(`The latest is ${ID}; --last takes the latest one`)
    expect(messageOf(() => byId('../../etc/passwd'))).toMatch(/^"..\/..\/etc\/passwd" is not the id of a conversation/)
  })
})

describe('a file that is no conversation is named with the reason', () => {
  const replaced = (text: string, by: string): void =>
    writeFileSync(fileOf(ID), readFileSync(fileOf(ID), 'utf8').replace(text, by))
  const instead = (make: (file: string) => void): void => {
    rmSync(fileOf(ID))
    make(fileOf(ID))
  }
  it.each<[string, () => void, string]>([
    ['an empty file', () => truncateSync(fileOf(ID)), 'its first line is not there'],
    ['no JSON', () => writeFileSync(fileOf(ID), 'secret words\n'), 'line 1 is no JSON object'],
    ['a list', () => writeFileSync(fileOf(ID), '[]\n'), 'line 1 is no JSON object'],
    ['half a line', () => truncateSync(fileOf(ID), statSync(fileOf(ID)).size - 5), 'its last line is cut off'],
    ['an item of another kind', () => replaced('"role":"user"', '"role":"system"'), 'line 2 is no part'],
    ['another version', () => replaced('"version":1', '"version":2'), 'line 1 has version 2'],
    ['another conversation', () => replaced(ID, UNKNOWN), 'its first line names another conversation'],
    ['too large a file', () => truncateSync(fileOf(ID), 64 * 2 ** 20 + 1), 'it has more than 67108864 bytes'],
    ['a directory', () => instead(mkdirSync), 'it is no plain file'],
    ['a pipe', () => instead(file => execFileSync('mkfifo', [file])), 'it is no plain file'],
    ['a link', () => instead(file => symlinkSync('/etc/hosts', file)), 'it is a link'],
  ])('%s', (_what, spoil, reason) => {
    store.write({ id: ID, cwd: '/work', items: ITEMS })
    spoil()
    const message = messageOf(() => byId(ID))
    expect(message).toContain(`the stored conversation ${fileOf(ID)} cannot be read: ${reason}`)
    expect(message).toContain('Delete or mend that file')
    expect(message).not.toContain('secret')
  })

  it.runIf(process.getuid?.() !== 0)('in a directory that cannot be read', () => {
    store.write({ id: ID, cwd: '/work', items: ITEMS })
    chmodSync(store.directory, 0)
    expect(messageOf(last)).toContain('Make it a directory of your own')
    chmodSync(store.directory, 0o700)
  })
})
