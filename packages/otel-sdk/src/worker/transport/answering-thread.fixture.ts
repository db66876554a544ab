import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { atEnd } from './loopback.fixture.ts'

export interface AnsweringThread {
  httpPort: number
  grpcPort: number
  /** Of a proxy for tunnels. */
  proxyPort: number
  /** Resolves when the next request is there whole; its answer follows `delayMs` later. */
  nextRequest(): Promise<void>
  /** Blocks the caller's loop for `blockedMs` milliseconds, and on until an answer was written. */
  blockUntilAnswered(blockedMs: number): void
}

/** Servers for OTLP that go on while the loop of the test's thread is blocked. */
export async function startAnsweringThread(delayMs: number): Promise<AnsweringThread> {
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(`(${serve.toString()})()`, { eval: true, workerData: { delayMs, answered } })
  atEnd(() => thread.terminate())
  const [ports] = await once(thread, 'message')
  return {
    ...ports,
    async nextRequest() {
      await once(thread, 'message')
    },
    blockUntilAnswered(blockedMs) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs)
      Atomics.wait(answered, 0, 0)
    },
  }
}

/** Runs in the thread, from its source: it can use nothing that stands outside of it. */
async function serve(): Promise<void> {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const http = process.getBuiltinModule('node:http')
  const http2 = process.getBuiltinModule('node:http2')
  const net = process.getBuiltinModule('node:net')
  const answerLater = (answer: () => void): void => {
    parentPort?.postMessage('request')
    setTimeout(answer, workerData.delayMs)
  }
  const notify = (): void => {
    Atomics.store(workerData.answered, 0, 1)
    Atomics.notify(workerData.answered, 0)
  }
  const overHttp = http.createServer((request, response) => {
    request.resume().on('end', () => answerLater(() => response.end(notify)))
  })
  const overGrpc = http2.createServer()
  overGrpc.on('stream', stream => {
    stream.on('error', () => {})
    stream.on('close', notify)
    stream.resume().on('end', () =>
      answerLater(() => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
        stream.end(Buffer.alloc(5))
      }),
    )
  })
  const proxy = http.createServer()
  proxy.on('connect', (request, socket) => {
    const onward = net.connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [onward, socket]) end.on('error', () => {})
  })
  const ports = [overHttp, overGrpc, proxy].map(
    server =>
      new Promise<number>(resolve => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
      }),
  )
  const [httpPort, grpcPort, proxyPort] = await Promise.all(ports)
  parentPort?.postMessage({ httpPort, grpcPort, proxyPort })
}
