// Plays a collector for those who try docs/operating.md: TLS with an authority of its own, whose certificate it writes to
// ca.pem in the current directory, and a token that has to be there. Prints what arrives, until it is ended.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { startReceiver } from '@codex/otlp-receiver'
import { createTestCertificates } from '@codex/otlp-receiver/certificates'

const TOKEN = 'try-it'

const { ca, server } = await createTestCertificates()
const receiver = await startReceiver({ tls: server })
receiver.misbehave(({ headers }) =>
  headers.authorization === `Bearer ${TOKEN}`
    ? undefined
    : { answer: { status: 401, message: `the token is "${TOKEN}"` } },
)
writeFileSync('ca.pem', ca)
const print = (line: string): boolean => process.stdout.write(`${line}\n`)
print(`HTTP  ${receiver.httpUrl}`)
print(`gRPC  ${receiver.grpcUrl}`)
print(`CA    ${resolve('ca.pem')}`)
print(`token ${TOKEN}`)
for (let logs = 0; ; logs++) {
  await receiver.waitForLogs(logs + 1, { timeoutMs: 86_400_000 })
  const log = receiver.logs[logs]
  const { value } = log?.attributes['conversation.id'] ?? log?.attributes['doctor.id'] ?? {}
  print(`${log?.eventName}  ${value}`)
}
