import { readFileSync } from 'node:fs'
import type { ReceivedMetricPoint } from '@codex/otlp-receiver'
import type { Event } from './scenario.ts'

/** What a metric is on the wire, as it was captured; the same in all runs. */
export interface MetricForm {
  kind: string
  unit: string
  description: string
  temporality: string
  scope: string
  monotonic?: boolean
  valueType?: string
  bounds?: string
  ownTags: string[]
  /** Besides `auth_mode`, which is there when a user is signed in. */
  sessionTags: string[]
}

type Counted = { count: number; sum: number }

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))

export const FORMS = read('metric-forms.json') as Readonly<Record<string, MetricForm>>

/** The points of one captured run, added up. */
export const capturedFacts = (scenario: string): string[] => read(`metric-fixtures/${scenario}.json`) as string[]

const text = (point: ReceivedMetricPoint, key: string): string => String(point.attributes[key]?.value)

/** The form of a point's metric, tags as they are on this point. */
export function formOf(point: ReceivedMetricPoint): MetricForm {
  const own = FORMS[point.name]?.ownTags ?? []
  const keys = Object.keys(point.attributes).sort()
  const { kind, unit, description } = point
  return {
    kind,
    unit,
    description,
    temporality: point.kind === 'sum' || point.kind === 'histogram' ? point.temporality : '',
    scope: point.scope.name,
    ...(point.kind === 'sum' && { monotonic: point.monotonic, valueType: point.valueType ?? '' }),
    ...(point.kind === 'histogram' && { bounds: point.bounds.join(' ') }),
    ownTags: keys.filter(key => own.includes(key)),
    sessionTags: keys.filter(key => !own.includes(key) && key !== 'auth_mode'),
  }
}

/** Points by `name{tags}`, added up: of sums the value is the count. Session tags are left out. */
export function addUp(points: readonly ReceivedMetricPoint[]): Map<string, Counted> {
  const facts = new Map<string, Counted>()
  for (const point of points) {
    const own = FORMS[point.name]?.ownTags ?? []
    const key = `${point.name}{${own.map(tag => `${tag}=${text(point, tag)}`).join(' ')}}`
    const fact = facts.get(key) ?? { count: 0, sum: 0 }
    if (point.kind === 'sum') fact.count += Number(point.value)
    if (point.kind === 'histogram') {
      fact.count += point.count
      fact.sum += point.sum ?? 0
    }
    facts.set(key, fact)
  }
  return facts
}

/** The same as `capturedFacts`: what does not depend on time. */
export function factsOf(points: readonly ReceivedMetricPoint[]): string[] {
  const timeless = ([key]: [string, Counted]): boolean => /^codex\.turn\.(token_usage|tool\.call)\{/.test(key)
  return [...addUp(points)]
    .map(fact => `${fact[0]} ${fact[1].count}${timeless(fact) ? ` values, sum ${fact[1].sum}` : ''}`)
    .sort()
}

const value = (attributes: Record<string, string>, key: string): string => attributes[key]?.replace(/^\w+:/, '') ?? ''

/** What the metrics of a run have to come to by its events; of the conversation's start the sandbox policy is used. */
export function expectedOf(events: readonly Event[]): Map<string, Counted> {
  const facts = new Map<string, Counted>()
  const add = (key: string, sum: number | undefined): void => {
    const fact = facts.get(key) ?? { count: 0, sum: 0 }
    facts.set(key, { count: fact.count + 1, sum: fact.sum + (sum ?? 0) })
  }
  const counted = (name: string, tags: string, durationMs: number): void => {
    add(`${name}{${tags}}`, undefined)
    add(`${name}.duration_ms{${tags}}`, durationMs)
  }
  let policy = ''
  for (const { name, attributes } of events) {
    const of = (key: string): string => value(attributes, key)
    const durationMs = Number(of('duration_ms'))
    switch (name) {
      case 'codex.conversation_starts':
        policy = of('sandbox_policy')
        break
      case 'codex.user_prompt':
        add('codex.conversation.turn.count{}', undefined)
        break
      case 'codex.api_request': {
        const status = of('http.response.status_code')
        counted(name, `status=${status} success=${status === '200'}`, durationMs)
        break
      }
      case 'codex.sse_event':
        if (of('duration_ms') === '') break
        counted(name, `kind=${of('event.kind')} success=${of('error.message') === ''}`, durationMs)
        break
      case 'codex.tool_result':
        counted(
          'codex.tool.call',
          `sandbox=none sandbox_policy=${policy} success=${of('success')} tool=${of('tool_name')}`,
          durationMs,
        )
        break
      case 'codex.turn_ttft':
        add('codex.turn.ttft.duration_ms{}', durationMs)
        break
      case 'codex.startup_phase':
        add(`codex.startup.phase.duration_ms{phase=${of('startup.phase')} status=${of('startup.status')}}`, durationMs)
        break
      case 'codex.tool_decision':
        if (of('source') === 'Config') break
        add(`codex.approval.requested{approved=${of('decision')} tool=unified_exec}`, undefined)
        break
      default:
    }
  }
  return facts
}

const TOKEN_ATTRIBUTES: Readonly<Record<string, string>> = {
  total: 'tool_token_count',
  input: 'input_token_count',
  cached_input: 'cached_token_count',
  cache_write_input: 'cache_write_token_count',
  output: 'output_token_count',
  reasoning_output: 'reasoning_token_count',
}

/** The tokens that the events tell, by `token_type`. */
export const tokensOf = (events: readonly Event[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(TOKEN_ATTRIBUTES).map(([type, attribute]) => [
      type,
      events.reduce((sum, { attributes }) => sum + Number(value(attributes, attribute)), 0),
    ]),
  )
