import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReceivedSpan, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { PATH_WITHOUT_SANDBOX } from '@codex/test-kit/path-without-sandbox'

const CLI = fileURLToPath(new URL('../dist/otel/cli.js', import.meta.url))

export interface DemoConfig {
  /** Default: true. */
  traces?: boolean
  /** Default: false. */
  metrics?: boolean
  /** More lines, below `[otel]`. */
  more?: string
  /** Default: the embedded scripted model. */
  model?: { baseUrl: string }
  /** More lines, below the provider. */
  provider?: string
}

export interface RunningDemo {
  readonly child: ChildProcess
  /** What it wrote to stderr so far. */
  readonly stderr: string
  readonly ended: Promise<{ code: number | null; stderr: string }>
}

/** The built demo in a home of its own, and the receiver that its configuration names. */
export interface TracedDemo extends AsyncDisposable {
  readonly receiver: Receiver
  readonly home: string
  configure(config?: DemoConfig): void
  start(args: readonly string[], options?: { env?: Readonly<Record<string, string>>; input?: string }): RunningDemo
  /** The spans whose name begins with this word. */
  named(name: string): ReceivedSpan[]
}

export async function openTracedDemo(): Promise<TracedDemo> {
  const receiver = await startReceiver()
  const home = mkdtempSync(join(tmpdir(), 'codex-demo-traces-'))
  const children: ChildProcess[] = []
  return {
    receiver,
    home,
    configure({ traces = true, metrics = false, more = '', model, provider = '' } = {}) {
      const to = (url: string): string => `{ otlp-http = { endpoint = "${url}", protocol = "binary" } }`
      const lines = [
        ...(model === undefined
          ? []
          : [
              'model_provider = "fake"',
              '[model_providers.fake]',
              `base_url = "${model.baseUrl}"`,
              'env_key = "FAKE_API_KEY"',
              provider,
            ]),
        '[otel]',
        'shutdown_timeout_ms = 10000',
        `exporter = ${to(receiver.logsUrl)}`,
        ...(traces ? [`trace_exporter = ${to(receiver.tracesUrl)}`] : []),
        ...(metrics ? [`metrics_exporter = ${to(receiver.metricsUrl)}`] : []),
        more,
      ]
      writeFileSync(join(home, 'config.toml'), `${lines.join('\n')}\n`)
    },
    start(args, { env = {}, input } = {}) {
      const child = spawn(process.execPath, [CLI, ...args], {
        cwd: home,
        env: { PATH: PATH_WITHOUT_SANDBOX, HOME: home, CODEX_HOME: home, FAKE_API_KEY: 'fake', ...env },
        stdio: ['pipe', 'ignore', 'pipe'],
      })
      children.push(child)
      let stderr = ''
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        stderr += text
      })
      child.stdin?.on('error', () => {}).end(input)
      return {
        child,
        get stderr() {
          return stderr
        },
        ended: new Promise(resolve => child.on('close', code => resolve({ code, stderr }))),
      }
    },
    named: name => receiver.spans.filter(span => span.name.split(' ')[0] === name),
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL')
      await receiver.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
