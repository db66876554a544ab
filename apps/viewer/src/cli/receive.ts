import { createOtlpServer, MalformedRequest, type OtlpServer, type Refusal } from '@codex/otlp-receiver'
import { reasonOf } from '../reason.ts'
import { sameSecret } from '../same-secret.ts'
import type { Store } from '../store/store.ts'
import { RunningError, UsageError } from '../usage-error.ts'
import { type Exposure, KEY_HEADER } from './exposure.ts'
import { refusedText } from './refused-text.ts'
import { findViewer, type RunningViewer, viewerName } from './running-viewer.ts'
import { tellerOnce } from './tell-once.ts'

export interface ReceiveOptions {
  /** Ports; 0 takes a free one. */
  http: number
  grpc: number
  /** The origins of pages that may send. */
  allowOrigins: readonly string[]
}

/**
 * Receives OTLP, and stores each request before it is answered.
 * @param page the address of the page, once there is one
 * @throws UsageError for a port or an address that cannot be had, RunningError where a viewer has the port
 */
export async function receive(
  store: Store,
  options: ReceiveOptions,
  exposure: Exposure,
  page: () => string | undefined,
): Promise<OtlpServer> {
  const { http, grpc, allowOrigins } = options
  const { hosts, others, tls, key } = exposure
  if (http === grpc && http !== 0) {
    throw new UsageError(`${http} cannot be the port of both; give --otlp-grpc another one.`)
  }
  const tell = tellerOnce(text => process.stderr.write(text))
  try {
    return await createOtlpServer({
      name: () => viewerName(page()),
      ports: { http, grpc },
      allowOrigins,
      ...(hosts === undefined ? {} : { hosts }),
      ...(tls === undefined ? {} : { tls }),
      // By which names others know this machine is not known here; they need the key.
      ...(others ? { allowHosts: 'any' } : {}),
      ...(key === undefined ? {} : { authorize: ({ headers }) => sameSecret(headers[KEY_HEADER] ?? '', key) }),
      onBatch: async ({ signal, encoding, body }) => {
        const result = await store.store({ signal, encoding, body }).catch((error): { failed: string } => ({
          failed: `the store cannot be written: ${reasonOf(error)}`,
        }))
        // Senders send again what is answered with 503: the disk may have room by then.
        if ('failed' in result) return { outcome: 'refused', status: 503, message: result.failed }
        if ('malformed' in result) throw new MalformedRequest(result.malformed)
        return undefined
      },
      onRefused: refusal => keepRefusal(store, refusal, tell),
    })
  } catch (error) {
    throw await explained(error, options, hosts)
  }
}

async function explained(
  error: unknown,
  { grpc }: ReceiveOptions,
  hosts: readonly string[] | undefined,
): Promise<unknown> {
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  if (hosts !== undefined && (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')) {
    return new UsageError(`${hosts[0]} is no address of this machine; --host 0.0.0.0 stands for all that it has.`)
  }
  if (port === undefined || address === undefined) return error
  if (code !== 'EADDRINUSE') {
    return new UsageError(`${port} cannot be opened: ${reasonOf(error)}. ${optionOf(port, grpc)} 0 takes a free port.`)
  }
  const running = port === grpc ? undefined : await findViewer(address, port)
  if (running !== undefined) return new RunningError(runningText(running))
  return new UsageError(
    `${port} is in use; is a Collector running? ${optionOf(port, grpc)} 0 takes a free port, which agents have to be told.`,
  )
}

const optionOf = (port: number, grpc: number): string => (port === grpc ? '--otlp-grpc' : '--otlp-http')

function runningText({ http, page, token }: RunningViewer): string {
  const needed = token
    ? ': a browser that has not been there needs the token behind it, which was printed at the start'
    : ''
  const where = page === undefined ? '' : ` Its page is ${page}${needed}.`
  return `a viewer is running already, and receives at ${http}.${where} Ctrl-C ends it where it was started; --otlp-http 0 --otlp-grpc 0 starts another one beside it.`
}

const KEY_CURE = `send the header ${KEY_HEADER} with the key of this viewer`
const PAGE_CURE = 'start the viewer with --allow-origin <origin>, if the page is yours'

/** By status, over HTTP and gRPC, where the viewer knows more than its server. */
const CURES: Readonly<Record<number, string>> = { 401: KEY_CURE, 16: KEY_CURE, 403: PAGE_CURE, 7: PAGE_CURE }

function keepRefusal(store: Store, refusal: Refusal, tell: (line: string) => void): void {
  const cure = CURES[refusal.status ?? 0] ?? refusal.advice
  tell(`refused  ${refusedText({ ...refusal, cure })}`)
  store.refuse({ ...refusal, cure }).catch(error => tell(`could not keep what was refused: ${reasonOf(error)}`))
}
