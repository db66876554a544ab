import type { Attributes, AttributeValue, ReceivedLog } from '@codex/otlp-receiver'
import { beginning } from '../beginning.ts'
import type { Agent, Fact, Facts, Role } from './agent.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { geminiCli } from './gemini-cli.ts'

export const AGENTS: readonly Agent[] = [codex, claudeCode, geminiCli]

/** An event as its agent's table reads it. */
export interface ReadLog {
  agent: Agent | undefined
  /** With the agent's prefix; `undefined` for a record that is no event. */
  name: string | undefined
  session: string | undefined
  role: Role
  facts: Partial<Facts>
  /** Whether a person made the decision. */
  byUser: boolean
}

export function readLog(record: ReceivedLog): ReadLog {
  const { attributes } = record
  const name = nameOf(record)
  const agent = name === undefined ? undefined : agentOf(name, attributes)
  if (name === undefined || agent === undefined) {
    const session = word(attributes['conversation.id']) ?? word(attributes['session.id'])
    return { agent, name, session, role: 'other', facts: {}, byUser: false }
  }
  const facts = readFacts(agent, name, attributes)
  const role = agent.roles[name] ?? 'other'
  return {
    agent,
    name,
    session: word(attributes[agent.session]) ?? word(record.resource.attributes[agent.session]),
    // Each response ends with two events of one name; one of them has the counts.
    role: role === 'stream' && facts.input !== undefined ? 'response' : role,
    facts,
    byUser: facts.source !== undefined && agent.decidedByUser.test(facts.source),
  }
}

/** Where in its source a program in Rust wrote a record that is no event. */
const PLACE_IN_SOURCE = /^event \S+:\d+$/

/** Claude Code writes the prefix into the body alone. */
function nameOf({ attributes, eventName, body }: ReceivedLog): string | undefined {
  const name =
    word(attributes['event.name']) ?? (PLACE_IN_SOURCE.test(eventName) ? undefined : shortened(eventName) || undefined)
  if (name === undefined || AGENTS.some(({ prefix }) => name.startsWith(prefix))) return name
  return body?.type === 'string' && body.value.endsWith(`.${name}`) ? shortened(body.value) : name
}

/** An event of another name that has a conversation's id is an agent's own event beside those of codex-otel. */
function agentOf(name: string, attributes: Attributes): Agent | undefined {
  return (
    AGENTS.find(({ prefix }) => name.startsWith(prefix)) ??
    (attributes['conversation.id'] === undefined ? undefined : codex)
  )
}

const READERS: { readonly [F in Fact]: (value: AttributeValue | undefined) => Facts[F] } = {
  kind: word,
  model: word,
  tool: word,
  duration: number,
  success: flag,
  status: count,
  attempt: count,
  call: word,
  decision: word,
  source: word,
  input: count,
  output: count,
  cached: count,
  cacheWrite: count,
  reasoning: count,
  ttft: number,
  error: text,
  prompt: text,
  arguments: text,
  result: text,
}

function readFacts(agent: Agent, name: string, attributes: Attributes): Partial<Facts> {
  const facts: Partial<Facts> = {}
  for (const table of [agent.attributes, agent.instead?.[name]]) {
    for (const fact in table) {
      const value = READERS[fact as Fact](attributes[table[fact as Fact] ?? ''])
      if (value !== undefined) (facts as Record<string, unknown>)[fact] = value
    }
  }
  if (facts.input === undefined) for (const fact of OF_INPUT) delete facts[fact]
  else if (agent.inputWithoutCache) facts.input += (facts.cached ?? 0) + (facts.cacheWrite ?? 0)
  return facts
}

/** Tokens are those of a response that says how large its input was: without that, no sum of the others means anything. */
const OF_INPUT = ['output', 'cached', 'cacheWrite', 'reasoning'] as const

/** The text of an attribute, also that of a number or a boolean; `undefined` for an empty one. */
export function text(value: AttributeValue | undefined): string | undefined {
  switch (value?.type) {
    case 'string':
      return value.value === '' ? undefined : value.value
    case 'int':
    case 'double':
    case 'bool':
      return String(value.value)
    default:
      return undefined
  }
}

/** Ids and names of what repeats are no longer than this: lists and addresses have them whole. */
const MAX_WORD = 1_000

/** A name or an id: its beginning where it is too long for one. */
export function word(value: AttributeValue | undefined): string | undefined {
  const whole = text(value)
  return whole === undefined ? undefined : shortened(whole)
}

export const shortened = (name: string): string =>
  name.length <= MAX_WORD ? name : `${beginning(name, MAX_WORD - 1)}…`

/** Codex sends numbers as texts. */
export function number(value: AttributeValue | undefined): number | undefined {
  if (value?.type === 'string' && value.value.trim() === '') return undefined
  if (value?.type !== 'string' && value?.type !== 'int' && value?.type !== 'double') return undefined
  const read = Number(value.value)
  return Number.isFinite(read) ? read : undefined
}

/** Tokens of one request are far fewer. Sums of more would leave what a number has exactly. */
const MAX_COUNT = 1e9

/** A whole number that can be added up; `undefined` for one that nothing has so many of. */
export function count(value: AttributeValue | undefined): number | undefined {
  const read = number(value)
  return read === undefined || read < 0 || read > MAX_COUNT ? undefined : Math.round(read)
}

/** Codex sends booleans as texts, too. */
export function flag(value: AttributeValue | undefined): boolean | undefined {
  if (value?.type === 'bool') return value.value
  if (value?.type !== 'string') return undefined
  return value.value === 'true' ? true : value.value === 'false' ? false : undefined
}
