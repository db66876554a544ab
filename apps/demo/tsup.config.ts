import { defineConfig } from 'tsup'

// A flag that is nearly right must not quietly build the other variant.
const flag = process.env.CODEX_OTEL ?? '0'
if (flag !== '0' && flag !== '1') {
  throw new Error(`CODEX_OTEL is "${flag}"; it must be 1 (with telemetry), or 0 or unset (without).`)
}
const misspelt = Object.keys(process.env).filter(
  name => /^CODEX_?(?:[OTEL]{3,5}|OTLP|TELEMETRY)$/i.test(name) && name !== 'CODEX_OTEL',
)
if (misspelt.length > 0) throw new Error(`Unknown build flag ${misspelt.join(', ')}. The flag is CODEX_OTEL=1.`)
const withTelemetry = flag === '1'

export default defineConfig({
  entry: ['src/cli.ts'],
  outDir: withTelemetry ? 'dist/otel' : 'dist/noop',
  format: 'esm',
  target: 'node22',
  dts: false,
  clean: true,
  metafile: true,
  // A bundle runs with nothing beside it.
  noExternal: [/.*/],
  esbuildOptions(options) {
    // Setting any condition drops esbuild's own `module`: it has to be named.
    options.conditions = withTelemetry ? ['codex-otel', 'module'] : ['module']
    options.chunkNames = '[name]'
    options.legalComments = 'none'
    // Only a way to sign in that is not used asks for it. The import is left out, and esbuild would keep its chunk.
    options.external = [...(options.external ?? []), 'jose']
  },
})
