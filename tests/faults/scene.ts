import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receiver, ReceiverOptions } from '@codex/otlp-receiver'
import { exporterFor, startCollector, type Transport } from '../agent/collector.ts'
import type { Exporter } from '../agent/options.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A collector, the way to it, and a home for those who send. */
export interface Scene extends AsyncDisposable {
  readonly transport: Transport
  readonly receiver: Receiver
  /** What the exporter's endpoint leads to. */
  readonly proxy: TcpProxy
  readonly codexHome: string
  exporter(more?: Readonly<Record<string, unknown>>): Exporter
}

export async function openScene(transport: Transport, options: ReceiverOptions = {}): Promise<Scene> {
  const receiver = await startCollector(options)
  const direct = new URL(transport === 'http' ? receiver.logsUrl : receiver.grpcUrl)
  const proxy = await startTcpProxy(Number(direct.port))
  const codexHome = await mkdtemp(join(tmpdir(), 'codex-otel-faults-'))
  direct.port = String(proxy.port)
  const url = transport === 'http' ? direct.href : direct.origin
  return {
    transport,
    receiver,
    proxy,
    codexHome,
    exporter: more => exporterFor({ logsUrl: url, grpcUrl: url }, transport, more),
    async [Symbol.asyncDispose]() {
      await proxy.close()
      await receiver.close()
      await rm(codexHome, { recursive: true, force: true })
    },
  }
}
