import type { Agent, Fact } from '../../../apps/viewer/src/agents/agent.ts'
import { AGENTS } from '../../../apps/viewer/src/agents/read-log.ts'

type Value = { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean }

const text = (value: string): Value => ({ stringValue: value })
const int = (value: number): Value => ({ intValue: String(value) })

/** Values that agents send, in each of the forms that OTLP has for them, and what they do not mean to send. */
const TEXTS = ['', 'a', 'it\'s \\ "quoted"', 'größer 世界', 'x'.repeat(700)].map(text)
const WHOLE = [text('0'), text('1'), text('128000'), text(''), text('many'), int(7), int(128_000), { doubleValue: 12 }]
const NUMBERS = [...WHOLE, text('0.25'), text('1e3'), { doubleValue: 1234.5 }]
const STATUS = ['200', '200', '204', '429', '500', ''].map(text).concat(int(200), int(503))
const FLAGS = [text('true'), text('false'), text('yes'), text(''), { boolValue: true }, { boolValue: false }]
const VALUES: { readonly [F in Fact]: readonly Value[] } = {
  kind: ['response.completed', 'response.created', ''].map(text),
  model: ['gpt-5.2', 'gpt-5.1-codex', 'opus', ''].map(text),
  tool: ['exec_command', 'Bash', 'read_file', ''].map(text),
  duration: NUMBERS,
  success: FLAGS,
  status: STATUS,
  attempt: WHOLE.slice(0, 4),
  call: TEXTS.slice(0, 4),
  decision: ['approved', 'denied', 'accept', ''].map(text),
  source: ['User', 'user', 'Config', 'user_temporary', 'config', ''].map(text),
  input: WHOLE,
  output: WHOLE,
  cached: WHOLE,
  cacheWrite: WHOLE,
  reasoning: WHOLE,
  ttft: NUMBERS,
  error: TEXTS,
  prompt: TEXTS,
  arguments: TEXTS,
  result: TEXTS,
}
const SESSIONS = ['first', 'second', 'with spaces', 'größer']
/** From one event to the next, in nanoseconds: within a microsecond, a millisecond, an hour, and longer. */
const STEPS = [1, 700, 400_000, 3_000_000, 40_000_000_000, 1_700_000_000_000, 8_000_000_000_000].map(BigInt)
const START = 1_790_812_800_000_000_000n
/** The agent that sometimes names its session with its resource alone. */
const NAMES_SESSION_ONCE = 'gemini-cli'
const IN_REQUEST = 500

/** Requests in JSON with log records of every agent, event and attribute that the viewer knows, and others; the same in each run. */
export function syntheticRequests(records: number): string[] {
  const random = lcg(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  let time = START

  function record(): object {
    time += pick(STEPS)
    const agent = pick(AGENTS)
    const { name, body } = nameOf(agent)
    const attributes = new Map<string, Value>()
    if (name !== undefined) attributes.set('event.name', text(name))
    // A session is of one agent; what is no event is in none of theirs.
    if (name === undefined) attributes.set('session.id', text(pick(['', 'of none'])))
    else if (agent.id !== NAMES_SESSION_ONCE || random() < 0.9)
      attributes.set(
        agent.session,
        text(random() < 0.05 && agent.id === NAMES_SESSION_ONCE ? '' : `${agent.id} ${pick(SESSIONS)}`),
      )
    for (const table of [agent.attributes, ...Object.values(agent.instead ?? {})]) {
      for (const [fact, key] of Object.entries(table)) {
        if (random() < 0.4) attributes.set(key, pick(VALUES[fact as Fact]))
      }
    }
    return {
      // Some records have the time of their arrival alone.
      [random() < 0.9 ? 'timeUnixNano' : 'observedTimeUnixNano']: String(time),
      ...(body !== undefined && { body: text(body) }),
      attributes: [...attributes].map(([key, value]) => ({ key, value })),
    }
  }

  function nameOf(agent: Agent): { name: string | undefined; body?: string } {
    const named = pick([...Object.keys(agent.roles), ...Object.keys(agent.instead ?? {}), `${agent.prefix}of_tomorrow`])
    const chance = random()
    if (chance < 0.05) return { name: undefined, body: 'a line of a log' }
    if (chance < 0.1 && agent.session === 'conversation.id') return { name: 'my_agent.compacted' }
    // Claude Code has the prefix in the body alone.
    if (chance < 0.4) return { name: named.slice(agent.prefix.length), body: named }
    return { name: named, body: 'a sentence about it' }
  }

  return Array.from({ length: Math.ceil(records / IN_REQUEST) }, (_, request) => {
    const attributes = [{ key: 'service.name', value: text(request % 2 === 0 ? 'agent' : 'another agent') }]
    if (request % 3 === 2) attributes.push({ key: 'session.id', value: text('of the resource') })
    const logRecords = Array.from({ length: Math.min(IN_REQUEST, records - request * IN_REQUEST) }, record)
    return JSON.stringify({
      resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { name: 'synthetic' }, logRecords }] }],
    })
  })
}

/** The same numbers in each run. */
function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
