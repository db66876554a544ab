import { expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { CAPTURES, importPaths, testStore } from '../testing.fixture.ts'
import { sessionsText, sessionText } from './session-text.ts'

const decisions = (session: string, source: string): object[] =>
  ['codex.sse_event', 'codex.tool_decision'].map(name => ({
    timeUnixNano: '1795000000000000000',
    attributes: Object.entries({ 'event.name': name, 'conversation.id': session, decision: 'approved', source }).map(
      ([key, stringValue]) => ({ key, value: { stringValue } }),
    ),
  }))

it('a person who took no time at all was waited for 0 ms, and of a session in which nobody was asked that is not said', async () => {
  const store = await testStore()
  const logRecords = [...decisions('asked', 'User'), ...decisions('not asked', 'Config')]
  const body = new Uint8Array(Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })))
  await store.store({ signal: 'logs', encoding: 'json', body })
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 9 })
  const wait = Object.fromEntries(sessions.map(({ conversation_id, wait_ms }) => [conversation_id, wait_ms]))
  expect(wait).toEqual({ asked: 0, 'not asked': null })
  const list = sessionsText(sessions, 160)
  expect(list).toMatch(/ asked .* 0 ms /)
  expect(list).not.toMatch(/ not asked .* ms /)
  const heads = sessions.map(session => sessionText(session, [], new Map(), 160))
  expect(heads.filter(head => head.includes('0 ms of it waiting for a person'))).toHaveLength(1)
})

it('a session whose prompt was not sent is listed as that, with the length where its agent sent it', async () => {
  const store = await testStore()
  const prompts = [
    ['withheld', 'codex.user_prompt', '[REDACTED]', '1'],
    ['withheld', 'codex.user_prompt', '[REDACTED]', '84'],
    ['of-claude', 'claude_code.user_prompt', '<REDACTED>', '22'],
    ['no-length', 'codex.user_prompt', '[REDACTED]', '-1.5'],
    ['sent', 'codex.user_prompt', '[REDACTED]', '9'],
    ['sent', 'codex.user_prompt', 'Hello', '5'],
  ] as const
  const logRecords = prompts.map(([session, name, prompt, prompt_length]) => ({
    attributes: Object.entries({
      ...{ 'event.name': name, 'conversation.id': session, 'session.id': session, prompt, prompt_length },
    }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }))
  const body = new Uint8Array(Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })))
  await store.store({ signal: 'logs', encoding: 'json', body })
  const lines = sessionsText(await store.query('sessions', { ...ALL_TIME, limit: 9 }), 160).split('\n')
  const whatOf = (session: string): string | undefined =>
    lines.find(line => line.includes(` ${session} `))?.replace(/^.* (?:-|\d+) {2}/, '')
  expect(whatOf('withheld')).toBe('(prompt not sent, 1 character)')
  expect(whatOf('of-claude')).toBe('(prompt not sent, 22 characters)')
  expect(whatOf('no-length')).toBe('(prompt not sent)')
  expect(whatOf('sent')).toBe('Hello')
})

it('a list of sessions has errors and the prompt at each width, and leaves out what a narrow terminal has no room for', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 100 })
  const heads = [40, 59, 60, 80, 100, 160].map(width => {
    const lines = sessionsText(sessions, width).trimEnd().split('\n')
    expect(lines.length).toBe(sessions.length * (width < 60 ? 2 : 1) + 1)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width)
    return lines[0]?.split(/\s+/).join(' ')
  })
  expect(heads).toEqual([
    'when session errors',
    'when session tokens in/out errors',
    'when session errors what',
    'when session requests tokens in/out errors what',
    'when session turns requests tools tokens in/out errors what',
    'when session turns requests tools waited tokens in/out errors what',
  ])
  expect(sessionsText(sessions, 40)).toContain('\n  My secret prompt äöü 🚀\n')
})

it('no text of a session moves the cursor of a terminal, hides a part or begins a line', async () => {
  const store = await testStore()
  const hostile = '\u001b]0;owned\u0007\u001b[2Ja\r\nb\u202ec'
  const attributesOf = (texts: Record<string, string>): object[] =>
    Object.entries(texts).map(([key, text]) => ({ key, value: { stringValue: text } }))
  const facts = { 'conversation.id': hostile, originator: hostile, 'app.version': hostile, model: hostile }
  const call = {
    tool_name: hostile,
    decision: hostile,
    source: hostile,
    'event.kind': hostile,
    'error.message': hostile,
  }
  const logRecords = [hostile, `codex.${hostile}`, 'codex.user_prompt', 'codex.tool_result'].map(name => ({
    attributes: attributesOf({ ...facts, ...call, 'event.name': name, prompt: hostile, arguments: hostile }),
  }))
  const resource = { attributes: attributesOf({ 'service.name': hostile }) }
  const message = { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }
  await store.store({ signal: 'logs', encoding: 'json', body: new Uint8Array(Buffer.from(JSON.stringify(message))) })
  const [session] = await store.query('sessions', { ...ALL_TIME, limit: 1 })
  if (!session) throw new Error('no session')
  const question = { session: hostile, stream: 1, after: 0, limit: 10, offset: 0 } as const
  const events = await store.query('timeline', question)
  const rows = await store.query('texts', { events: events.map(({ event_id }) => event_id).join(','), length: 100 })
  const texts = new Map(rows.map(row => [row.event_id, row]))
  for (const printed of [sessionsText([session], 160), sessionText(session, events, texts, 1_000)]) {
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(printed).not.toMatch(/^b/m)
  }
})
