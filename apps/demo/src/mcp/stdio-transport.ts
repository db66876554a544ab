import { type ChildProcess, spawn } from 'node:child_process'
import type { JSONRPCMessage, Transport as LibraryTransport } from '@modelcontextprotocol/client'
import type { StdioServer } from '../config/mcp-servers.ts'
import { signalGroup, trackGroup, untrackGroup } from '../process-group.ts'
import { MAX_MESSAGE_BYTES, type Transport } from './transport.ts'

export interface StdioTransportOptions extends Omit<StdioServer, 'type'> {
  cwd: string
  /** The environment of the program; the variables of `env` replace those of the same name. */
  baseEnv: Readonly<Record<string, string>>
}

/** How long the program may take to end after its input is closed, and again after SIGTERM, in milliseconds. */
const GRACE_MS = 500
const MAX_STDERR_LENGTH = 300
const NEWLINE = 0x0a

/**
 * Starts a program in a process group of its own and exchanges messages with it, one for each line. When the program ends,
 * the transport ends the whole group. The library's own transport for programs has no process group, passes on variables of
 * this process, and has a limit of size that depends on how the output is split into chunks.
 */
export function stdioTransport(options: StdioTransportOptions): Transport {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...options.baseEnv, ...options.env },
    // Ctrl-C in the terminal goes to the agent alone, which ends the group.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  trackGroup(child)
  const channel: LibraryTransport = {
    // The program runs already. Messages that it sends before the first request answer nothing and are dropped.
    async start() {},
    async send(message) {
      if (child.stdin.writable) child.stdin.write(`${JSON.stringify(message)}\n`)
    },
    close,
  }
  const lines = createLineReader(message => {
    try {
      channel.onmessage?.(message)
    } catch (error) {
      channel.onerror?.(error as Error)
    }
  })
  let stderr = ''
  let failure: Error | undefined
  let gone: Error | undefined
  let ending: Promise<void> | undefined
  const fail = (error: Error): void => {
    failure ??= error
    signalGroup(child, 'SIGKILL')
  }

  child.stdout.on('data', (chunk: Buffer) => {
    if (!lines.add(chunk)) fail(new Error(`the server sent a message of more than ${MAX_MESSAGE_BYTES} bytes`))
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr = `${stderr}${text}`.slice(-MAX_STDERR_LENGTH)
  })
  // A program that does not read its input gives no answer, which the limit of the call reports.
  child.stdin.on('error', () => {})
  child.on('exit', () => signalGroup(child, 'SIGKILL'))
  const closed = new Promise<void>(resolve => {
    child.on('error', error => {
      failure ??= new Error(`cannot start ${options.command}: ${error.message}`)
      // A program that was not started emits no `close`.
      if (child.pid === undefined) finish()
    })
    child.on('close', () => finish())
    const finish = (): void => {
      untrackGroup(child)
      gone = failure ?? new Error(`the server ended${describeEnding(child, stderr)}`)
      channel.onclose?.()
      resolve()
    }
  })

  return { channel, gone: () => gone, close }

  function close(): Promise<void> {
    ending ??= end()
    return ending
  }

  async function end(): Promise<void> {
    if (gone === undefined) {
      child.stdin.end()
      const ask = setTimeout(() => signalGroup(child, 'SIGTERM'), GRACE_MS)
      const kill = setTimeout(() => {
        signalGroup(child, 'SIGKILL')
        // A process that left the group may still have the pipes open.
        child.stdout.destroy()
        child.stderr.destroy()
      }, 2 * GRACE_MS)
      await closed
      clearTimeout(ask)
      clearTimeout(kill)
    }
  }
}

/** Gives the messages of each line that is JSON, and drops other lines. `add` returns `false` when a line is too long. */
function createLineReader(onMessage: (message: JSONRPCMessage) => void): { add(chunk: Buffer): boolean } {
  let parts: Buffer[] = []
  let size = 0
  return {
    add(chunk) {
      let rest = chunk
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        const line = Buffer.concat([...parts, rest.subarray(0, end)])
        parts = []
        size = 0
        rest = rest.subarray(end + 1)
        if (line.length > MAX_MESSAGE_BYTES) return false
        for (const message of parseLine(line.toString('utf8'))) onMessage(message)
      }
      parts.push(rest)
      size += rest.length
      return size <= MAX_MESSAGE_BYTES
    },
  }
}

/** The objects of a line: one, or several where the server speaks 2025-03-26. The library checks that they are messages. */
function parseLine(text: string): JSONRPCMessage[] {
  try {
    const parsed = JSON.parse(text)
    const messages: unknown[] = Array.isArray(parsed) ? parsed : [parsed]
    return messages.filter(message => typeof message === 'object' && message !== null) as JSONRPCMessage[]
  } catch {
    return []
  }
}

function describeEnding({ exitCode, signalCode }: ChildProcess, stderr: string): string {
  const how = signalCode === null ? ` with code ${exitCode}` : ` by ${signalCode}`
  const lastLine = stderr.trim().split('\n').at(-1)
  return lastLine ? `${how}, saying: ${lastLine}` : how
}
