import { operations } from '#telemetry'
import { options } from './options.js'

const found = await operations?.diagnose(options)
if (!found) console.log('This run is without telemetry: node --conditions=codex-otel doctor.js')
for (const { message } of found?.config.problems ?? []) console.log(message)
for (const { signal, state, message, advice } of found?.signals ?? []) {
  console.log(`${signal}: ${state}, ${message}`)
  if (advice) console.log(`  -> ${advice}`)
}
process.exitCode = found?.ok ? 0 : 1
