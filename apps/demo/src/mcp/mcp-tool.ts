import { createHash } from 'node:crypto'
import type { FunctionCall, FunctionTool } from '../model/responses-api.ts'
import type { TraceContext } from '../telemetry.ts'
import type { ToolAnswer } from '../tools/exec-command.ts'
import type { ToolDescription } from './client.ts'

/** A tool of an MCP server, with its definition for the model and its names for telemetry. */
export interface McpTool {
  server: string
  /** `stdio`, or the origin of the server's URL. */
  origin: string
  /** The name that the server gives the tool. */
  name: string
  /** `mcp__<server>` */
  namespace: string
  definition: FunctionTool
  /** Calls the tool, below `traceContext`. Never throws: the answer of a failed call has the error. */
  call(args: object, signal: AbortSignal, traceContext?: TraceContext): Promise<ToolAnswer>
}

/** The longest name of a function that providers accept. */
const MAX_FUNCTION_NAME = 64

/** The namespace of a server's tools. */
export function namespaceOf(server: string): string {
  return `mcp__${server}`
}

/** The definition of a tool for the model: with a name that providers accept, and a schema that lists its properties. */
export function functionOf(server: string, { name, description, inputSchema }: ToolDescription): FunctionTool {
  return {
    type: 'function',
    name: functionName(`${namespaceOf(server)}__${name}`),
    description,
    strict: false,
    parameters: { ...inputSchema, type: 'object', properties: inputSchema.properties ?? {} },
  }
}

/** The name of a function. A name that had to be changed ends with a part of its hash, so that it stays unique. */
function functionName(wanted: string): string {
  const name = wanted.replace(/[^A-Za-z0-9_-]/g, '_')
  if (name === wanted && name.length <= MAX_FUNCTION_NAME) return name
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 8)
  return `${name.slice(0, MAX_FUNCTION_NAME - hash.length - 1)}_${hash}`
}

/** Whether a call of the model names this tool: by its flat name, or by its namespace and its own name. */
export function isCallOf(tool: McpTool, { name, namespace }: Pick<FunctionCall, 'name' | 'namespace'>): boolean {
  if (namespace === undefined) return name === tool.definition.name
  return namespace === tool.namespace && (name === tool.name || name === tool.definition.name)
}
