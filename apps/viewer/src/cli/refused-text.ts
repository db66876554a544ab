import { oneLine } from './text.ts'

interface Refused {
  transport: 'http' | 'grpc'
  method: string
  path: string
  status?: number | null | undefined
  reason: string
  cure?: string | null | undefined
}

/** A request that was refused in one line: what came, why it was not taken, and what its sender can change. */
export function refusedText({ transport, method, path, status, reason, cure }: Refused): string {
  const request =
    method === '' ? `a connection for OTLP over ${transport === 'http' ? 'HTTP' : 'gRPC'}` : `${method} ${path}`
  return oneLine(`${request}${status ? ` ${status}` : ''}: ${reason}${cure ? ` -> ${cure}` : ''}`)
}
