import type { ObservedRequest, ObservedTool, ToolResult } from '@codex/otel-api'
import { wholeNumber } from '../../catalogue/whole-number.ts'
import { capText } from '../../content/cap-text.ts'
import { MAX_READ_UNITS, NAME_LIMIT } from '../../content/text-limits.ts'
import { textOf } from '../../content/text-of.ts'
import { utf8Length } from '../../content/utf8-length.ts'
import type { SpanFacts } from '../../protocol/span-tuple.ts'

/** A name as it may cross the threads. */
export const name = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : capText(textOf(value), NAME_LIMIT)

/** What is known of a tool call when it begins. */
export function toolFacts(tool: ObservedTool | ToolResult): SpanFacts {
  const mcp = 'mcp' in tool ? tool.mcp : undefined
  const facts: SpanFacts = {
    callId: name(tool.callId),
    toolNamespace: name(tool.toolNamespace) ?? 'functions',
    argumentsLength: lengthOf(tool.arguments),
    sandbox: name(tool.sandbox),
  }
  if (tool.mcpServer === undefined && mcp === undefined) return facts
  return {
    ...facts,
    mcpSessionId: name(mcp?.sessionId),
    mcpProtocolVersion: name(mcp?.protocolVersion),
    mcpRequestId: name(mcp?.requestId),
    networkTransport: name(mcp?.transport) ?? (tool.mcpServerOrigin === 'stdio' ? 'pipe' : 'tcp'),
  }
}

/** Where a request goes; `undefined` where the application does not say. */
export function serverFacts({ serverAddress, serverPort }: ObservedRequest): SpanFacts | undefined {
  if (serverAddress === undefined && serverPort === undefined) return undefined
  return { serverAddress: name(serverAddress), serverPort: wholeNumber(serverPort) }
}

export function outputFacts(output: unknown, exitCode: unknown): SpanFacts {
  const text = output === undefined || output === null ? '' : textOf(output)
  return { outputLength: utf8Length(text), outputLineCount: lineCount(text), exitCode: wholeNumber(exitCode) }
}

const lengthOf = (text: unknown): number | undefined =>
  text === undefined || text === null ? undefined : utf8Length(textOf(text))

/** A line feed at the end begins no line. A text that is too long to read is not counted. */
function lineCount(text: string): number | undefined {
  if (text.length > MAX_READ_UNITS) return undefined
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** Whether a person decided, and not the configuration or an earlier answer. */
export const wasAsked = ({ source, remembered }: { source?: unknown; remembered?: unknown }): boolean =>
  source !== 'Config' && remembered !== true

/** When something began that took so long. */
export const beganBefore = (durationMs: unknown): number => performance.now() - (wholeNumber(durationMs) ?? 0)
