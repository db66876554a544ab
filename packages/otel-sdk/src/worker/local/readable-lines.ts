import { visibleText } from '@codex/otel-api/visible-text'
import { SESSION_TAGS } from '../../catalogue/session-attributes.ts'

/** How lines are to look. */
export interface LineStyle {
  colors: boolean
  /** Whether a person reads the lines as they come: then they leave out what that person has just read, and the date. */
  live: boolean
}

type Attribute = readonly [key: string, value: string | number | boolean]

/** OTLP in JSON, as far as it is read here. */
interface AnyValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string | number
  doubleValue?: number | string
  arrayValue?: { values?: AnyValue[] }
}
interface KeyValue {
  key: string
  value?: AnyValue
}
interface LogRecord {
  timeUnixNano?: string
  eventName?: string
  attributes?: KeyValue[]
}
interface Span {
  name?: string
  traceId?: string
  startTimeUnixNano?: string
  endTimeUnixNano?: string
  attributes?: KeyValue[]
  status?: { code?: number; message?: string }
}
interface Point {
  timeUnixNano?: string
  attributes?: KeyValue[]
  asInt?: string
  asDouble?: number
  count?: string
  sum?: number
  min?: number
  max?: number
}
interface Points {
  dataPoints?: Point[]
  aggregationTemporality?: number
}
interface Metric {
  name: string
  unit?: string
  sum?: Points
  gauge?: Points
  histogram?: Points
}
interface Request {
  resourceLogs?: { scopeLogs?: { logRecords?: LogRecord[] }[] }[]
  resourceMetrics?: { scopeMetrics?: { metrics?: Metric[] }[] }[]
  resourceSpans?: { scopeSpans?: { spans?: Span[] }[] }[]
}

/** A longer value is shown in its beginning. */
const MAX_VALUE_LENGTH = 500
/** Longer values stand behind the others. */
const SHORT_LENGTH = 40
const CUMULATIVE = 2
const ERROR = 2
/** What all spans of a turn say, and what their names say, too. */
const COMMON_OF_SPANS = ['gen_ai.conversation.id', 'session.id', 'gen_ai.agent.name', 'gen_ai.operation.name']

/** So many conversations are known at once. */
const MAX_SESSIONS = 100

/** Makes the lines of requests that are printed one after the other. */
export interface ReadableLines {
  /** A line for each event, series or span of a request, each with its line feed; what a terminal would act on is shown. */
  of(request: unknown): string
}

export function createReadableLines(style: LineStyle): ReadableLines {
  /** What was said last of each session, by its conversation. */
  const sessions = new Map<string, string>()

  let last: string | undefined

  /** All that a session says of itself, the first time and when it changes; else which one it is, where that is to be said. */
  const news = (session: readonly Attribute[]): readonly Attribute[] => {
    const conversation = session.find(([key]) => key === 'conversation.id')
    if (conversation === undefined) return session
    const id = String(conversation[1])
    const said = JSON.stringify(session)
    const known = sessions.get(id) === said
    sessions.delete(id)
    sessions.set(id, said)
    const [oldest] = sessions.keys()
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest)
    const same = last === id
    last = id
    if (!known) return session
    return same && style.live ? [] : [conversation]
  }
  return { of: request => linesOf(request, style, news) }
}

type News = (session: readonly Attribute[]) => readonly Attribute[]

function linesOf(request: unknown, style: LineStyle, news: News): string {
  const { resourceLogs = [], resourceMetrics = [], resourceSpans = [] } = request as Request
  const records = resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords))
  const metrics = resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics = [] }) => metrics),
  )
  const spans = resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans))
  const lines = [
    ...records.map(record => eventLine(record, style, news)),
    ...metrics.flatMap(metric => metricLines(metric, style)),
    ...spans.map(span => spanLine(span, style)),
  ]
  return lines.map(line => `${line}\n`).join('')
}

function eventLine({ timeUnixNano, eventName, attributes = [] }: LogRecord, style: LineStyle, news: News): string {
  const all = readAttributes(attributes)
  // The attributes of the session come behind the time of the event: see `createLogAttributes`.
  const end = all.findIndex(([key]) => key === 'event.timestamp')
  const own = (end < 0 ? all : all.slice(0, end)).filter(([key]) => key !== 'event.name')
  const session = end < 0 ? [] : news(all.slice(end + 1))
  const ordered = [...own.filter(isShort), ...own.filter(attribute => !isShort(attribute)), ...session]
  const name = eventName ?? String(all.find(([key]) => key === 'event.name')?.[1] ?? 'event')
  return [head(timeUnixNano, name, style), ...ordered.map(attribute => pair(attribute, style))].join(' ')
}

/** When it began, how long it took or after what time it failed, what it has of its own, and last the trace that it is in. */
function spanLine(span: Span, style: LineStyle): string {
  const { name = 'span', startTimeUnixNano = '0', endTimeUnixNano = '0', attributes = [], traceId = '', status } = span
  const tookMs = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6
  const took = tookMs < 1000 ? `${Number(tookMs.toFixed(1))}ms` : `${Number((tookMs / 1000).toFixed(2))}s`
  const failed = status?.code === ERROR
  const own = readAttributes(attributes).filter(([key]) => !COMMON_OF_SPANS.includes(key))
  const shown: Attribute[] = [...own.filter(isShort), ...own.filter(attribute => !isShort(attribute))]
  if (status?.message) shown.push(['status', status.message])
  shown.push(['trace_id', traceId])
  return [
    head(startTimeUnixNano, name, style),
    failed ? paint(31, `failed after ${took}`, style) : paint(1, took, style),
    ...shown.map(attribute => pair(attribute, style)),
  ].join(' ')
}

function metricLines({ name, unit, sum, gauge, histogram }: Metric, style: LineStyle): string[] {
  const { dataPoints = [], aggregationTemporality } = sum ?? gauge ?? histogram ?? {}
  const sign = aggregationTemporality === CUMULATIVE || gauge !== undefined ? '' : '+'
  return dataPoints.map(point => {
    const { timeUnixNano, attributes = [], asInt, asDouble } = point
    const value = histogram === undefined ? sign + String(asInt ?? asDouble ?? 0) : distribution(point, sign, unit)
    const all = readAttributes(attributes)
    const ordered = [...all.filter(isOwnTag), ...all.filter(attribute => !isOwnTag(attribute))]
    const tags = ordered.map(attribute => pair(attribute, style))
    return [head(timeUnixNano, name, style), paint(1, value, style), ...tags].join(' ')
  })
}

const isShort = ([, value]: Attribute): boolean => String(value).length <= SHORT_LENGTH

const isOwnTag = ([key]: Attribute): boolean => !(SESSION_TAGS as readonly string[]).includes(key)

function distribution({ count, sum, min, max }: Point, sign: string, unit = ''): string {
  const number = Number(count ?? 0)
  const shown = (value: number): string => `${Number(value.toFixed(3))}${visibleText(unit)}`
  const parts = [`${sign}${number}`]
  if (sum !== undefined && number > 0) parts.push(number > 1 ? `avg ${shown(sum / number)}` : shown(sum))
  if (min !== undefined && max !== undefined && number > 1) parts.push(`min ${shown(min)} max ${shown(max)}`)
  return parts.join(' ')
}

function head(timeUnixNano: string | undefined, name: string, style: LineStyle): string {
  const date = new Date(Number(BigInt(timeUnixNano ?? 0) / 1_000_000n))
  return `${paint(2, style.live ? timeOfDay(date) : date.toISOString(), style)} ${paint(36, visibleText(name), style)}`
}

function timeOfDay(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two)
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function pair([key, value]: Attribute, style: LineStyle): string {
  return `${paint(2, `${visibleText(key)}=`, style)}${typeof value === 'string' ? quoted(value) : value}`
}

/** A text as a word where it is one, else in JSON's quotes. */
function quoted(text: string): string {
  const cut = text.length > MAX_VALUE_LENGTH
  const shown = cut ? text.slice(0, MAX_VALUE_LENGTH) : text
  const word = /^[^\s"'\\=\p{C}]+$/u.test(shown) ? shown : JSON.stringify(shown)
  return visibleText(word) + (cut ? `...(${text.length} characters)` : '')
}

function readAttributes(attributes: readonly KeyValue[]): Attribute[] {
  return attributes.map(({ key, value = {} }) => {
    return [key, plainValue(value)]
  })
}

/** A list as `[a,b]`. */
function plainValue(value: AnyValue): string | number | boolean {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value
  if (arrayValue !== undefined) return `[${(arrayValue.values ?? []).map(plainValue).join(',')}]`
  return stringValue ?? boolValue ?? intValue ?? doubleValue ?? JSON.stringify(value)
}

const paint = (code: number, text: string, { colors }: LineStyle): string =>
  colors ? `\u001b[${code}m${text}\u001b[0m` : text
