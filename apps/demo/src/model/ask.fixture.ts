import { type Reply, startModelServer } from '../../test/model-server.ts'
import { recordingTelemetry } from '../../test/recording-telemetry.ts'
import type { Provider } from '../config/provider.ts'
import { type AskModelOptions, askModel, type RetryNotice } from './ask-model.ts'
import { type Credentials, keyCredentials } from './credentials.ts'
import type { InputItem } from './responses-api.ts'

export const PROVIDER: Provider = {
  id: 'fake',
  name: 'fake',
  baseUrl: '',
  requiresOpenaiAuth: false,
  requestMaxRetries: 2,
  streamMaxRetries: 1,
  streamIdleTimeoutMs: 5000,
  supportsWebsockets: false,
  websocketConnectTimeoutMs: 5000,
}
/** The credential of a key, which has no recovery. */
export const CREDENTIALS: Credentials = keyCredentials('secret', {
  provider: PROVIDER,
  codexApiKeyEnabled: true,
  env: {},
})

/** The result of one question. */
export interface Outcome {
  items?: InputItem[]
  error?: Error
  /** The `attempt` of each request. */
  attempts: number[]
  events: unknown[]
  notices: RetryNotice[]
  warnings: string[]
  /** The reasons why the conversation continued over HTTP. */
  fallbacks: string[]
  recorded: [string, unknown][]
}

/** Asks a model that gives these replies. */
export async function ask(replies: Reply[], change: (options: AskModelOptions) => void = () => {}): Promise<Outcome> {
  await using server = await startModelServer(replies)
  return await askAt(server.baseUrl, change)
}

export async function askAt(baseUrl: string, change: (options: AskModelOptions) => void): Promise<Outcome> {
  const telemetry = recordingTelemetry()
  const notices: RetryNotice[] = []
  const warnings: string[] = []
  const fallbacks: string[] = []
  const options: AskModelOptions = {
    provider: { ...PROVIDER, baseUrl },
    credentials: CREDENTIALS,
    telemetry,
    headers: {},
    request: { model: 'm', input: [] } as unknown as AskModelOptions['request'],
    listener: {},
    signal: new AbortController().signal,
    onAsk() {},
    onRetry: notice => notices.push(notice),
    onFallback: reason => fallbacks.push(reason),
    onWarning: message => warnings.push(message),
  }
  change(options)
  const outcome: Outcome = { attempts: [], events: [], notices, warnings, fallbacks, recorded: telemetry.recorded }
  try {
    outcome.items = await askModel(options)
  } catch (error) {
    outcome.error = error as Error
  }
  outcome.attempts = telemetry.recorded.flatMap(([name, request]) =>
    name === 'observeRequest' ? [(request as { attempt: number }).attempt] : [],
  )
  outcome.events = telemetry.recorded.flatMap(([name, event]) => (name === 'observeSse' ? [event] : []))
  return outcome
}

/** An error answer in the form of providers. */
export const json = (status: number, error: object, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error }),
})
