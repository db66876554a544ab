/* A process that appends COUNT numbered requests to a file, at the same time as others: PATH MAX_BYTES MAX_FILES FIRST COUNT. */
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { logRecord } from '../otlp/otlp-requests.fixture.ts'
import { createFileWriter } from './file-writer.ts'

const [path = '', maxBytes, maxFiles, first, count] = process.argv.slice(2)
const writer = createFileWriter(
  { protocol: 'file', path, maxBytes: Number(maxBytes), maxFiles: Number(maxFiles) },
  { signal: 'logs' },
)
for (let id = Number(first); id < Number(first) + Number(count); id++) {
  const request = ProtobufLogsSerializer.serializeRequest([logRecord(id, { text: '.'.repeat(id % 400) }) as never])
  const failure = writer.write(request ?? new Uint8Array())
  if (failure !== undefined) throw new Error(failure)
}
writer.end()
