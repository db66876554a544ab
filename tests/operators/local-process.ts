/*
 * A process for tests of exporters on this machine: records EVENTS prompts with their number and as many measurements, and
 * ends as ENDING says. Its `[otel]` table is TABLE, in JSON. What became of the records is in the file RESULT.
 */
import { writeFileSync } from 'node:fs'
import { createTelemetry } from '../../packages/otel-sdk/src/create-telemetry.ts'

const { EVENTS, ENDING, TABLE = '{}', CODEX_HOME = '/', RESULT } = process.env
let notices = 0
const telemetry = createTelemetry({
  config: JSON.parse(TABLE),
  codexHome: CODEX_HOME,
  serviceVersion: '1',
  onDiagnostic: ({ message }) => process.stdout.write(`${message}\n`),
  onPrinted() {
    notices++
    throw new Error('thrown by the listener')
  },
})
const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
for (let i = 0; i < Number(EVENTS); i++) {
  session.emit('codex.user_prompt', { prompt: `number ${i};` })
  session.counter('my.count', 1)
}
switch (ENDING) {
  case 'exit':
    process.exit(0)
    break
  case 'throw':
    throw new Error('thrown')
  case 'SIGTERM':
    process.kill(process.pid, 'SIGTERM')
    setInterval(() => {}, 1000)
    break
  case 'loop':
    // Standard error of the application's thread would wait for this loop.
    for (const until = Date.now() + 1000; Date.now() < until; );
    process.exit(0)
    break
  case 'notices':
    await telemetry.flush()
    await new Promise(setImmediate)
    process.stdout.write(`told ${notices} times\n`)
    process.exit(0)
    break
  case undefined:
    break
  default: {
    const delivered = await telemetry.shutdown()
    if (RESULT !== undefined) writeFileSync(RESULT, JSON.stringify({ delivered, health: telemetry.health() }))
  }
}
