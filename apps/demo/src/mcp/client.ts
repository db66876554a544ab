import { Client, type RequestOptions } from '@modelcontextprotocol/client'
import type { TraceContext } from '../telemetry.ts'
import type { ToolAnswer } from '../tools/exec-command.ts'
import { OutputBuffer } from '../tools/output-buffer.ts'
import { traceFields } from '../trace-fields.ts'
import { VERSION } from '../version.ts'
import type { Transport } from './transport.ts'

/** A tool as its server describes it. */
export interface ToolDescription {
  name: string
  description: string
  /** The JSON schema of the arguments, which are an object. */
  inputSchema: Record<string, unknown>
}

export interface RequestLimits {
  timeoutMs: number
  signal: AbortSignal
}

/** A client of an initialized server. The code that opened the transport closes it. */
export interface McpClient {
  tools: readonly ToolDescription[]
  /** Calls a tool; `traceContext` goes along as `_meta`. Never throws: the answer of a failed call has the error. */
  call(name: string, args: object, limits: RequestLimits, traceContext?: TraceContext): Promise<ToolAnswer>
}

const PROTOCOL_VERSIONS = ['2025-06-18', '2025-03-26', '2024-11-05']
const MAX_TOOLS = 256
const MAX_DESCRIPTION_LENGTH = 4096
/** The largest answer of a tool, in bytes: the same as the output of a command. */
const MAX_OUTPUT_BYTES = 64 * 1024

/**
 * Accepts every result; the functions below read what they can use. The library's own check refuses a whole list because of
 * one invalid tool, and compiles schemas that a server sent.
 */
const ANY_RESULT = {
  '~standard': { version: 1, vendor: 'codex-demo', validate: (value: unknown) => ({ value }) },
} as const

/**
 * Connects to a server and lists its tools; the limits hold for both together.
 * @throws Error with the reason why there is no connection.
 */
export async function connectMcp(transport: Transport, limits: RequestLimits): Promise<McpClient> {
  const identity = { name: 'codex-demo', version: VERSION }
  const client = new Client(identity, { capabilities: {}, supportedProtocolVersions: PROTOCOL_VERSIONS })
  const request = async (method: string, params: object, options: RequestOptions): Promise<Record<string, unknown>> =>
    asObject(await client.request({ method, params: { ...params } }, ANY_RESULT, options))

  async function initialize(options: RequestOptions): Promise<boolean> {
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

  const tools = await withinLimits(limits, transport, async options =>
    (await initialize(options)) ? listTools(options) : [],
  )
  return {
    tools,
    async call(name, args, callLimits, traceContext) {
      try {
        const meta = traceContext && { _meta: traceFields(traceContext) }
        const params = { name, arguments: args, ...meta }
        return readResult(await withinLimits(callLimits, transport, limit => request('tools/call', params, limit)))
      } catch (error) {
        return { output: `tool call error: ${(error as Error).message}`, success: false }
      }
    },
  }
}

/** The largest delay of a timer, in milliseconds: it replaces the library's own limit of a minute. */
const NO_LIMIT_MS = 2_147_483_647
const MAX_ERROR_LENGTH = 500

/**
 * Runs `task` within the limits. When a limit is reached, the library sends the server a cancellation of its open request.
 * @throws the signal's reason, the reason why the server has ended, or the server's error answer.
 */
async function withinLimits<T>(
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

/** The text of one part of a result; for a part that is no text, a description of it. */
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
