import type {
  AttributeValue,
  AuthEnvironment,
  AuthMode,
  SessionAuth,
  SessionOptions,
  SubagentOptions,
  TraceContext,
} from '@codex/otel-api'
import { capText } from '../../content/cap-text.ts'
import { NAME_LIMIT, type TextLimit } from '../../content/text-limits.ts'
import { textOf } from '../../content/text-of.ts'
import { takeAttributes } from './read-attributes.ts'

const KEY_LIMIT: TextLimit = { keepUnits: 64 * 1024, wireBytes: 64 * 1024 }

/**
 * The application's description of a session, copied into plain texts and booleans. Whatever was handed in, reading the copy
 * does not throw, the copy can be posted to the worker, and later changes of the caller's object do not change it.
 * `onInvalidAttribute` hears of each of its own attributes that is left out.
 */
export function readSessionOptions(
  options: SessionOptions,
  onInvalidAttribute: (name: string, problem: string) => void,
): SessionOptions {
  const read = reader(options)
  const name = (key: keyof SessionOptions): string | undefined => text(read(key))
  return {
    conversationId: name('conversationId') ?? '',
    model: name('model') ?? '',
    slug: name('slug'),
    originator: name('originator') ?? '',
    sessionSource: name('sessionSource'),
    terminalType: name('terminalType') ?? '',
    reasoningEffort: name('reasoningEffort'),
    auth: readAuth(read('auth')),
    authEnvironment: readAuthEnvironment(read('authEnvironment')),
    workspace: readWorkspace(read('workspace')),
    attributes: readAttributes(read('attributes'), onInvalidAttribute),
    metricTags: read('metricTags') !== false,
    agentName: name('agentName'),
    provider: name('provider'),
    previousTurn: readTraceContext(read('previousTurn')),
  }
}

/** The same of a sub-agent's. */
export function readSubagentOptions(options: SubagentOptions): SubagentOptions {
  const read = reader(options)
  return {
    conversationId: text(read('conversationId')) ?? '',
    agentName: text(read('agentName')) ?? '',
    model: text(read('model')),
    callId: text(read('callId')),
  }
}

/** The same of a trace context; whether it is one is not checked here. */
export function readTraceContext(context: unknown): TraceContext | undefined {
  if (!isObject(context)) return undefined
  const read = reader(context)
  const traceparent = read('traceparent')
  const tracestate = read('tracestate')
  if (typeof traceparent !== 'string') return undefined
  return { traceparent, tracestate: typeof tracestate === 'string' ? tracestate : undefined }
}

function readAuth(auth: unknown): SessionAuth | undefined {
  if (!isObject(auth)) return undefined
  const read = reader(auth)
  return {
    mode: text(read('mode')) as AuthMode,
    accountId: text(read('accountId')),
    email: text(read('email')),
    // Hashed, never sent: to cut them would make two users one.
    userId: text(read('userId'), KEY_LIMIT),
    apiKey: text(read('apiKey'), KEY_LIMIT),
  }
}

function readAuthEnvironment(environment: unknown): AuthEnvironment | undefined {
  if (!isObject(environment)) return undefined
  const read = reader(environment)
  const providerKeyPresent = read('providerKeyPresent')
  return {
    openaiApiKeyPresent: Boolean(read('openaiApiKeyPresent')),
    codexApiKeyPresent: Boolean(read('codexApiKeyPresent')),
    codexApiKeyEnabled: Boolean(read('codexApiKeyEnabled')),
    providerKeyPresent: providerKeyPresent === undefined ? undefined : Boolean(providerKeyPresent),
    refreshTokenUrlOverridePresent: Boolean(read('refreshTokenUrlOverridePresent')),
  }
}

function readWorkspace(workspace: unknown): SessionOptions['workspace'] {
  if (!isObject(workspace)) return undefined
  const read = reader(workspace)
  const flag = (key: string): boolean | undefined => {
    const value = read(key)
    return value === undefined ? undefined : Boolean(value)
  }
  return { isGit: flag('isGit'), isWorktree: flag('isWorktree') }
}

function readAttributes(
  attributes: unknown,
  onInvalid: (name: string, problem: string) => void,
): Record<string, AttributeValue> {
  if (attributes === undefined || attributes === null) return {}
  const leaveOut = (name: string, problem: string): void => onInvalid(name, `of a session: ${problem}`)
  try {
    if (isObject(attributes) && !(Symbol.iterator in attributes)) {
      return Object.fromEntries(takeAttributes(attributes, 'session', leaveOut).entries)
    }
  } catch {
    // Keys that cannot be listed.
  }
  leaveOut('attributes', 'they are no object of names and values, or cannot be read')
  return {}
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Reads fields of something that may not be an object, and whose getters may throw. */
const reader =
  (source: unknown) =>
  (key: string): unknown => {
    try {
      return (source as Record<string, unknown>)[key]
    } catch {
      return undefined
    }
  }

/** Capped with the margin that the worker needs to recognise a secret at the border; the worker cuts it to the limit. */
function text(value: unknown, limit: TextLimit = NAME_LIMIT): string | undefined {
  if (value === undefined || value === null) return undefined
  try {
    return capText(textOf(value), limit)
  } catch {
    return undefined
  }
}
