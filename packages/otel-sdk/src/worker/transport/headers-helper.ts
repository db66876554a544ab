import type { Diagnostic } from '@codex/otel-api'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { headerProblem, headerValueProblem } from '../../config/header-rules.ts'
import type { OtlpKind } from '../../config/schema.ts'
import { type CommandValue, createCommandValue } from './command-value.ts'
import { runHeaderCommand } from './header-command.ts'

type Headers = Readonly<Record<string, string>>
export type HeadersHelperConfig = NonNullable<OtlpExporterConfig['headersHelper']>

/** The headers that the shell command of a destination prints. */
export interface HeadersHelper {
  /** Names in lower case. @throws Error whose message is fit for an operator. */
  read(): Promise<Headers>
  /** Runs the command again, unless its headers are other ones already than the last that were read. Never rejects. */
  refresh(): Promise<void>
}

export interface HeadersHelperOptions {
  kind: OtlpKind
  now: () => number
  onDiagnostic: (diagnostic: Diagnostic) => void
  /** Ends the use; the command ends with the last one that uses it. */
  signal?: AbortSignal | undefined
}

/** The shell commands of a process: destinations with the same command share its runs and its headers. */
export interface HeadersHelpers {
  open(config: HeadersHelperConfig, options: HeadersHelperOptions): HeadersHelper
}

interface SharedCommand {
  value: CommandValue
  /** Those that read it now. The first one tells of a failure, so that there is one warning. */
  users: Set<HeadersHelperOptions>
  end: AbortController
}

export function createHeadersHelpers(): HeadersHelpers {
  const commands = new Map<string, SharedCommand>()
  return {
    open({ command, refreshMs }, options) {
      const { kind, now, signal } = options
      const key = JSON.stringify([kind, command, refreshMs])
      const shared = commands.get(key) ?? startCommand({ command, refreshMs }, kind, now)
      const { value, users, end } = shared
      commands.set(key, shared)
      users.add(options)
      const leave = (): void => {
        users.delete(options)
        if (users.size > 0) return
        commands.delete(key)
        end.abort()
      }
      signal?.addEventListener('abort', leave, { once: true })
      let lastRead: string | undefined
      return {
        async read() {
          const text = await value.read()
          lastRead = text
          return readHeaders(text, kind)
        },
        refresh: () => value.refresh(lastRead),
      }
    },
  }
}

function startCommand({ command, refreshMs }: HeadersHelperConfig, kind: OtlpKind, now: () => number): SharedCommand {
  const users = new Set<HeadersHelperOptions>()
  const end = new AbortController()
  let failing = false
  const value = createCommandValue({
    async run() {
      const text = await runHeaderCommand(shell(command), { signal: end.signal, shown: 'headers helper', whole: true })
      readHeaders(text, kind)
      return text
    },
    ttlMs: refreshMs,
    now,
    onRun(problem) {
      const [first] = users
      if (problem !== undefined && !failing) first?.onDiagnostic(failure(problem))
      failing = problem !== undefined
    },
  })
  return { value, users, end }
}

function shell(command: string): string[] {
  if (process.platform !== 'win32') return ['/bin/sh', '-c', command]
  return [process.env.ComSpec ?? 'cmd.exe', '/d', '/s', '/c', command]
}

/** In the words of the Codex CLI, which people search for. */
function failure(problem: string): Diagnostic {
  const reason = problem.replace(/ended with exit code (\d+)/, 'exited with status exit status: $1')
  const message = `OTel headers helper failed; telemetry is not being exported: ${reason}`
  return { severity: 'warning', code: 'header-unavailable', message }
}

/** No message repeats what the command printed. */
function readHeaders(text: string, kind: OtlpKind): Headers {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's message quotes the text.
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error('headers helper did not print a JSON object of headers')
  const headers = new Map<string, string>()
  for (const [written, item] of Object.entries(parsed)) {
    const name = written.toLowerCase()
    if (typeof item !== 'string') throw new Error('headers helper printed a header whose value is not a text')
    const value = item.replace(/[\r\n]+$/, '')
    const problem = headerProblem(name, kind, headers) ?? headerValueProblem(value)
    if (problem !== undefined) throw new Error(`headers helper printed a header that cannot be sent: ${problem.found}`)
    headers.set(name, value)
  }
  return Object.fromEntries(headers)
}
