/** One way of recording the events, started and ready. */
export interface Contender {
  /** Records the event number `sequence`. */
  emit(sequence: number): void
  /** Resolves when what was recorded was handed to the receiver, or lost. */
  flush(): Promise<unknown>
  shutdown(): Promise<unknown>
}

export const APP_VERSION = '1.0.0'
/** What every contender records. */
export const EVENT_NAME = 'codex.tool_result'

export interface ToolCall {
  toolName: string
  callId: string
  durationMs: number
  success: boolean
  arguments: string
  output: string
}
