import { Client, type RequestOptions } from '@modelcontextprotocol/client'
import type { ToolAnswer } from '../tools/exec-command.ts'
import { OutputBuffer } from '../tools/output-buffer.ts'
import { VERSION } from '../version.ts'
import type { Transport } from './transport.ts'

/** A tool as its server describes it. */
export interface ToolDescription {
  name: string
  description: string
  /** JSON schema of an object. */
  inputSchema: Record<string, unknown>
}

export interface RequestLimits {
  timeoutMs: number
  signal: AbortSignal
}

/** A server that has shaken hands. It is the opener of the transport that closes it. */
export interface McpClient {
  tools: readonly ToolDescription[]
  /** Never throws: a call that fails is an answer, too. */
  call(name: string, args: object, limits: RequestLimits): Promise<ToolAnswer>
}

const PROTOCOL_VERSIONS = ['2025-06-18', '2025-03-26', '2024-11-05']
const MAX_TOOLS = 256
const MAX_DESCRIPTION_LENGTH = 4096
/** Of what a tool answers, as of what a command prints. */
const MAX_OUTPUT_BYTES = 64 * 1024

/**
 * Results are taken as they are and read leniently below. The library's own check refuses a whole list for one odd tool,
 * and compiles schemas that a server sent.
 */
const ANY_RESULT = {
  '~standard': { version: 1, vendor: 'codex-demo', validate: (value: unknown) => ({ value }) },
} as const

/**
 * Connects to a server and lists its tools, all of it within the limits.
 * @throws why there is no connection.
 */
export async function connectMcp(transport: Transport, limits: RequestLimits): Promise<McpClient> {
  const identity = { name: 'codex-demo', version: VERSION }
  const client = new Client(identity, { capabilities: {}, supportedProtocolVersions: PROTOCOL_VERSIONS })
  const request = async (method: string, params: object, options: RequestOptions): Promise<Record<string, unknown>> =>
    asObject(await client.request({ method, params: { ...params } }, ANY_RESULT, options))

  async function shakeHands(options: RequestOptions): Promise<boolean> {
    let version: unknown
    transport.channel.onmessage = message => {
      if ('result' in message) version ??= asObject(message.result).protocolVersion
    }
    try {
      await client.connect(transport.channel, options)
    } catch (error) {
      if (version === undefined || PROTOCOL_VERSIONS.includes(String(version))) throw error
      const spoken = String(version).slice(0, 20)
      throw new Error(`the server speaks version ${spoken} of MCP, and this agent ${PROTOCOL_VERSIONS.join(', ')}`)
    }
    return client.getServerCapabilities()?.tools !== undefined
  }

  async function listTools(options: RequestOptions): Promise<ToolDescription[]> {
    const tools: ToolDescription[] = []
    let cursor: unknown
    do {
      const page = await request('tools/list', cursor === undefined ? {} : { cursor }, options)
      if (!Array.isArray(page.tools)) throw new Error('the server answered tools/list without a list of tools')
      tools.push(...page.tools.flatMap(describeTool))
      cursor = page.nextCursor
    } while (typeof cursor === 'string' && tools.length < MAX_TOOLS)
    return tools.slice(0, MAX_TOOLS)
  }

  const tools = await within(limits, transport, async options =>
    (await shakeHands(options)) ? listTools(options) : [],
  )
  return {
    tools,
    async call(name, args, callLimits) {
      try {
        const options = { name, arguments: args }
        return readResult(await within(callLimits, transport, limit => request('tools/call', options, limit)))
      } catch (error) {
        return { output: `tool call error: ${(error as Error).message}`, success: false }
      }
    },
  }
}

/** What a timer can hold: the library's own limit, of a minute, must not be the shorter one. */
const NO_LIMIT_MS = 2_147_483_647
const MAX_ERROR_LENGTH = 500

/**
 * Gives up the whole of `task` when the limits are reached, and tells the server that its open request is cancelled.
 * @throws the signal's reason, why the server is gone, or what it answered instead of a result.
 */
async function within<T>(
  { timeoutMs, signal }: RequestLimits,
  transport: Transport,
  task: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(timeoutMs)
  const stop = AbortSignal.any([signal, late])
  try {
    stop.throwIfAborted()
    const stopped = new Promise<never>((_resolve, reject) => {
      stop.addEventListener('abort', reject, { once: true })
    })
    return await Promise.race([task({ signal: stop, timeout: NO_LIMIT_MS }), stopped])
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) throw new Error(`no answer within ${timeoutMs / 1000} seconds`)
    throw transport.gone() ?? new Error((error as Error).message.replace(/\s+/g, ' ').slice(0, MAX_ERROR_LENGTH))
  }
}

function describeTool(tool: unknown): ToolDescription[] {
  const { name, description, inputSchema } = asObject(tool)
  if (typeof name !== 'string' || name === '') return []
  const text = typeof description === 'string' ? description.slice(0, MAX_DESCRIPTION_LENGTH) : ''
  return [{ name, description: text, inputSchema: asObject(inputSchema) }]
}

function readResult(result: unknown): ToolAnswer {
  const { content, structuredContent, isError } = asObject(result)
  const parts = Array.isArray(content) ? content.map(describeContent) : []
  const text =
    parts.length === 0 && structuredContent !== undefined ? JSON.stringify(structuredContent) : parts.join('\n')
  const output = new OutputBuffer(MAX_OUTPUT_BYTES)
  output.add(Buffer.from(text))
  return { output: output.toString(), success: isError !== true }
}

/** The text of one part; for what is no text, what it is. */
function describeContent(part: unknown): string {
  const { type, text, mimeType, uri, resource } = asObject(part)
  if (type === 'text' && typeof text === 'string') return text
  if (type === 'resource') return describeContent({ type: 'text', uri: asObject(resource).uri, ...asObject(resource) })
  const what = [type, mimeType, uri].filter(known => typeof known === 'string').join(' ')
  return `[${what || 'content'} left out: it is no text]`
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
