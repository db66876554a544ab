import type { ToolAnswer } from '../tools/exec-command.ts'
import { OutputBuffer } from '../tools/output-buffer.ts'
import { VERSION } from '../version.ts'
import { createJsonRpc, type RequestLimits } from './json-rpc.ts'
import type { Transport, TransportListener } from './transport.ts'

/** A tool as its server describes it. */
export interface ToolDescription {
  name: string
  description: string
  /** JSON schema of an object. */
  inputSchema: Record<string, unknown>
}

/** A server that has shaken hands; whoever opened the transport closes it. */
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
 * Connects to a server and lists its tools, all of it within the limits.
 * @throws why there is no connection.
 */
export async function connectMcp(
  open: (listener: TransportListener) => Transport,
  { timeoutMs, signal }: RequestLimits,
): Promise<McpClient> {
  const { rpc, transport } = createJsonRpc(open)
  const deadline = performance.now() + timeoutMs
  const limits = (): RequestLimits => ({ timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())), signal })

  async function shakeHands(): Promise<boolean> {
    const result = asObject(
      await rpc.request(
        'initialize',
        {
          protocolVersion: PROTOCOL_VERSIONS[0],
          capabilities: {},
          clientInfo: { name: 'codex-demo', version: VERSION },
        },
        limits(),
      ),
    )
    const version = String(result.protocolVersion)
    if (!PROTOCOL_VERSIONS.includes(version)) {
      throw new Error(
        `the server speaks version ${version.slice(0, 20)} of MCP, and this agent ${PROTOCOL_VERSIONS.join(', ')}`,
      )
    }
    transport.negotiated(version)
    await rpc.notify('notifications/initialized')
    return 'tools' in asObject(result.capabilities)
  }

  async function listTools(): Promise<ToolDescription[]> {
    const tools: ToolDescription[] = []
    let cursor: unknown
    do {
      const page = asObject(await rpc.request('tools/list', cursor === undefined ? {} : { cursor }, limits()))
      if (!Array.isArray(page.tools)) throw new Error('the server answered tools/list without a list of tools')
      tools.push(...page.tools.flatMap(describeTool))
      cursor = page.nextCursor
    } while (typeof cursor === 'string' && tools.length < MAX_TOOLS)
    return tools.slice(0, MAX_TOOLS)
  }

  try {
    const tools = (await shakeHands()) ? await listTools() : []
    return {
      tools,
      async call(name, args, callLimits) {
        try {
          return readResult(await rpc.request('tools/call', { name, arguments: args }, callLimits))
        } catch (error) {
          return { output: `tool call error: ${(error as Error).message}`, success: false }
        }
      },
    }
  } catch (error) {
    // The whole time was used up, whichever request was the last.
    if (performance.now() >= deadline) throw new Error(`no answer within ${timeoutMs / 1000} seconds`)
    throw error
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
