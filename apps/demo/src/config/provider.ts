import type { TableReader } from './table-reader.ts'

/** A model provider: its address, and the limits of its requests. */
export interface Provider {
  /** The key below `model_providers`. */
  id: string
  /** The display name; by default the id. */
  name: string
  /** The URL to which `/responses` is appended, without a slash at the end. */
  baseUrl: string
  /** The environment variable that holds the provider's key. */
  envKey?: string | undefined
  /** Whether the credential comes from the user's sign-in (`auth.json`). */
  requiresOpenaiAuth: boolean
  requestMaxRetries: number
  streamMaxRetries: number
  streamIdleTimeoutMs: number
  /** Whether requests go over a WebSocket, and over HTTP where no WebSocket can be opened. */
  supportsWebsockets: boolean
  websocketConnectTimeoutMs: number
}

export const PROVIDER_DEFAULTS: Omit<Provider, 'id' | 'name' | 'baseUrl' | 'envKey' | 'requiresOpenaiAuth'> = {
  requestMaxRetries: 4,
  streamMaxRetries: 5,
  streamIdleTimeoutMs: 300_000,
  supportsWebsockets: false,
  websocketConnectTimeoutMs: 15_000,
}

const OPENAI: Provider = {
  id: 'openai',
  name: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  requiresOpenaiAuth: true,
  ...PROVIDER_DEFAULTS,
}
const MAX_RETRIES = 100
/** The largest delay of a timer, in milliseconds. */
const MAX_TIMEOUT_MS = 2_147_483_647

/** The provider that `model_provider` names; `undefined` when it names none. */
export function readProvider(root: TableReader, problems: string[]): Provider | undefined {
  const id = root.string('model_provider')
  const providers = root.table('model_providers')
  if (id === undefined) return undefined
  if (!providers?.keys().includes(id)) {
    if (id === OPENAI.id) return OPENAI
    const known = [...(providers?.keys() ?? []), OPENAI.id].map(name => `"${name}"`).join(', ')
    problems.push(`model_provider is "${id}", and there is no [model_providers.${id}]; add that table or use ${known}`)
    return undefined
  }
  const table = providers.table(id)
  if (table === undefined) return undefined
  table.oneOf('wire_api', ['responses'])
  return {
    id,
    name: table.string('name') ?? id,
    baseUrl: readBaseUrl(table, id, problems),
    envKey: table.string('env_key'),
    requiresOpenaiAuth: table.boolean('requires_openai_auth') ?? false,
    requestMaxRetries: table.integer('request_max_retries', 0, MAX_RETRIES) ?? PROVIDER_DEFAULTS.requestMaxRetries,
    streamMaxRetries: table.integer('stream_max_retries', 0, MAX_RETRIES) ?? PROVIDER_DEFAULTS.streamMaxRetries,
    streamIdleTimeoutMs:
      table.integer('stream_idle_timeout_ms', 1, MAX_TIMEOUT_MS) ?? PROVIDER_DEFAULTS.streamIdleTimeoutMs,
    supportsWebsockets: table.boolean('supports_websockets') ?? PROVIDER_DEFAULTS.supportsWebsockets,
    websocketConnectTimeoutMs:
      table.integer('websocket_connect_timeout_ms', 1, MAX_TIMEOUT_MS) ?? PROVIDER_DEFAULTS.websocketConnectTimeoutMs,
  }
}

function readBaseUrl(table: TableReader, id: string, problems: string[]): string {
  const key = `model_providers.${id}.base_url`
  if (!table.keys().includes('base_url')) {
    problems.push(
      `${key} is missing; it must be the URL that /responses is appended to, for example "http://127.0.0.1:8080/v1"`,
    )
    return ''
  }
  const url = table.string('base_url')
  if (url === undefined) return ''
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol !== 'http:' && protocol !== 'https:') {
    problems.push(`${key} is ${JSON.stringify(url)}; it must be a URL that starts with http:// or https://`)
  }
  return url.replace(/\/+$/, '')
}
