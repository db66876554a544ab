import { MockOtlpServer } from '@elastic/mockotlpserver'

/** An attribute as it came over the wire: its type there, and its value. */
export type WireValue =
  | readonly ['stringValue', string]
  | readonly ['intValue', number]
  | readonly ['boolValue', boolean]

export type WireAttributes = Readonly<Record<string, WireValue>>

export interface WireLog {
  resource: WireAttributes
  scope: string
  severityNumber: number
  severityText: string
  hasBody: boolean
  attributes: WireAttributes
}

/** A receiver that shares no code with this library or its tests: Elastic's, with protobuf definitions of its own. */
export interface IndependentReceiver {
  readonly logsUrl: string
  readonly grpcUrl: string
  /** What has arrived since it was last taken. */
  takeLogs(): WireLog[]
  close(): Promise<void>
}

interface AnyValue {
  stringValue?: string
  /** A number or a text in JSON, an object for 64 bits in the other encodings. */
  intValue?: { toString(): string }
  boolValue?: boolean
}

interface LogsRequest {
  resourceLogs: {
    resource: { attributes: { key: string; value: AnyValue }[] }
    scopeLogs: {
      scope: { name: string }
      logRecords: {
        /** A number; by its name where the decoder does so. */
        severityNumber: number | string
        severityText: string
        body?: AnyValue | null
        attributes: { key: string; value: AnyValue }[]
      }[]
    }[]
  }[]
}

const SEVERITY_NUMBERS: Readonly<Record<string, number>> = { SEVERITY_NUMBER_INFO: 9 }

/** Starts it on free ports of 127.0.0.1, for HTTP and gRPC. */
export async function startIndependentReceiver(): Promise<IndependentReceiver> {
  let logs: WireLog[] = []
  const server = new MockOtlpServer({
    services: ['http', 'grpc'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    grpcHostname: '127.0.0.1',
    grpcPort: 0,
    logLevel: 'warn',
    onLogs: request => logs.push(...readLogs(request as LogsRequest)),
  })
  await server.start()
  return {
    logsUrl: new URL('/v1/logs', server.httpUrl).href,
    grpcUrl: server.grpcUrl.origin,
    takeLogs() {
      const taken = logs
      logs = []
      return taken
    },
    close: () => server.close(),
  }
}

function readLogs({ resourceLogs }: LogsRequest): WireLog[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map(record => ({
        resource: readAttributes(resource.attributes),
        scope: scope.name,
        severityNumber: SEVERITY_NUMBERS[record.severityNumber] ?? Number(record.severityNumber),
        severityText: record.severityText,
        hasBody: record.body != null,
        attributes: readAttributes(record.attributes),
      })),
    ),
  )
}

function readAttributes(attributes: readonly { key: string; value: AnyValue }[]): WireAttributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(key, value)]))
}

function readValue(key: string, value: AnyValue): WireValue {
  // Only what was sent: decoded messages inherit a default for each type.
  const sent: AnyValue = { ...value }
  const types = Object.keys(sent)
  if (sent.stringValue !== undefined && types.length === 1) return ['stringValue', sent.stringValue]
  if (sent.boolValue !== undefined && types.length === 1) return ['boolValue', sent.boolValue]
  if (sent.intValue !== undefined && types.length === 1) return ['intValue', Number(sent.intValue.toString())]
  throw new Error(`the attribute ${key} has a value of no expected type: ${JSON.stringify(value)}`)
}
