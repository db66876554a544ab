import { createHash } from 'node:crypto'
import type { FunctionCall, FunctionTool } from '../model/responses-api.ts'
import type { ToolAnswer } from '../tools/exec-command.ts'
import type { ToolDescription } from './client.ts'

/** A tool of an MCP server, as it is offered to the model and told to telemetry. */
export interface McpTool {
  server: string
  /** `stdio`, or the origin of the server's URL. */
  origin: string
  /** As the server names it. */
  name: string
  /** `mcp__<server>` */
  namespace: string
  definition: FunctionTool
  /** Never throws: a call that fails is an answer, too. */
  call(args: object, signal: AbortSignal): Promise<ToolAnswer>
}

/** What providers take as the name of a function. */
const MAX_FUNCTION_NAME = 64

/** The namespace of a server's tools. */
export function namespaceOf(server: string): string {
  return `mcp__${server}`
}

/** How a tool is offered to the model: with a name that providers take, and a schema that names its properties. */
export function functionOf(server: string, { name, description, inputSchema }: ToolDescription): FunctionTool {
  return {
    type: 'function',
    name: functionName(`${namespaceOf(server)}__${name}`),
    description,
    strict: false,
    parameters: { ...inputSchema, type: 'object', properties: inputSchema.properties ?? {} },
  }
}

/** Where a name had to be changed, a part of its hash tells it from others. */
function functionName(wanted: string): string {
  const name = wanted.replace(/[^A-Za-z0-9_-]/g, '_')
  if (name === wanted && name.length <= MAX_FUNCTION_NAME) return name
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 8)
  return `${name.slice(0, MAX_FUNCTION_NAME - hash.length - 1)}_${hash}`
}

/** Whether a call of the model means this tool: by its flat name, or by its namespace and its own name. */
export function isCallOf(tool: McpTool, { name, namespace }: Pick<FunctionCall, 'name' | 'namespace'>): boolean {
  if (namespace === undefined) return name === tool.definition.name
  return namespace === tool.namespace && (name === tool.name || name === tool.definition.name)
}
