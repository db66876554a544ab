import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { atEnd } from './loopback.fixture.ts'

export interface GrpcAnswer {
  code?: number
  details?: string
  statusDetails?: Buffer
  body?: Buffer
}

export interface GrpcReceiver {
  port: number
  /** The metadata of each call, with its method as `:path` and its body as `:body`. */
  calls: { path: string; metadata: Metadata; body: Buffer; peer: string }[]
}

/** A gRPC server that answers every Export of the three signals with what `answer` returns. */
export async function startGrpcReceiver(
  answer: (call: ServerUnaryCall<Buffer, Buffer>) => GrpcAnswer | undefined = () => ({}),
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
): Promise<GrpcReceiver> {
  const calls: GrpcReceiver['calls'] = []
  const server = new Server()
  const handler = (path: string) => (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    calls.push({ path, metadata: call.metadata, body: call.request, peer: call.getPeer() })
    const given = answer(call)
    // `undefined` never answers.
    if (given === undefined) return
    const { code = 0, details = '', statusDetails, body = Buffer.alloc(0) } = given
    if (code === 0) callback(null, body)
    else {
      const metadata = new Metadata()
      if (statusDetails !== undefined) metadata.set('grpc-status-details-bin', statusDetails)
      callback({ code, details, metadata })
    }
  }
  const same = (bytes: Buffer) => bytes
  for (const [signal, service] of [
    ['logs', 'LogsService'],
    ['metrics', 'MetricsService'],
    ['trace', 'TraceService'],
  ]) {
    const path = `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`
    const stream = { requestStream: false, responseStream: false }
    const serializers = {
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    }
    server.addService({ Export: { path, ...stream, ...serializers } }, { Export: handler(path) })
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)))
  })
  atEnd(() => server.forceShutdown())
  return { port, calls }
}
