import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { collectText } from '@codex/test-kit/run-process'

export const VIEWER: string = fileURLToPath(new URL('../../apps/viewer/dist/cli.js', import.meta.url))

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A viewer that receives, and answers the questions of its page. */
export interface ViewerProgram {
  readonly child: ChildProcess
  /** The address of the page. */
  readonly page: string
  /** The address of OTLP over HTTP. */
  readonly otlp: string
  /** The most memory that it has had, in bytes. */
  peak(): number
  end(): Promise<void>
}

/** Starts a viewer on free ports that removes nothing, and waits until it listens. */
export async function startViewer(db: string): Promise<ViewerProgram> {
  const ports = ['--otlp-http', '0', '--otlp-grpc', '0', '--port', '0', '--no-token']
  const kept = ['--retain', '9999d', '--max-size', '999GB']
  const child = spawn(process.execPath, [VIEWER, '--db', db, ...ports, ...kept], {
    // By the channel it ends with this process, however that ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const [stdout, stderr] = [child.stdout as Readable, child.stderr as Readable]
  const said = collectText(stderr)
  running.add(child)
  const [line] = await Promise.race([once(stdout, 'data'), once(child, 'close')])
  if (child.exitCode !== null) throw new Error(said())
  const { page, http } = JSON.parse(line) as { page: string; http: string[] }
  return {
    child,
    page,
    otlp: http[0] ?? '',
    peak: () => peakOf(child.pid),
    async end() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      running.delete(child)
    },
  }
}

/** The most memory that a process has had, in bytes; 0 once it is gone. */
export function peakOf(pid = 0): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** The memory of a process of Node without a program, in bytes: how much of Node's own file is in it differs with the machine. */
export async function peakOfEmptyNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.send("up"); setInterval(() => {}, 1e6)'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  running.add(child)
  await once(child, 'message')
  const peak = peakOf(child.pid)
  child.kill('SIGTERM')
  await once(child, 'exit')
  running.delete(child)
  return peak
}

/** The next time that a file is read, it is read from the disk. Linux. */
export function dropFromCache(path: string): void {
  for (const file of [path, `${path}-wal`]) {
    spawnSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'if=/dev/null'], {
      stdio: 'ignore',
    })
  }
}

export interface Answer {
  status: number
  body: string
}

/** Sends requests over connections that stay open. */
export class Client {
  private readonly agent: Agent

  constructor(connections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  post(url: string, body: Uint8Array, contentType: string): Promise<Answer> {
    return this.send(url, 'POST', { 'content-type': contentType, 'content-length': String(body.length) }, body)
  }

  get(url: string): Promise<Answer> {
    return this.send(url, 'GET', {})
  }

  close(): void {
    this.agent.destroy()
  }

  private send(url: string, method: string, headers: Record<string, string>, body?: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sending = request(url, { method, agent: this.agent, headers }, (response: IncomingMessage) => {
        const pieces: Buffer[] = []
        response.on('data', piece => pieces.push(piece))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }))
      })
      sending.on('error', reject)
      sending.end(body)
    })
  }
}
