import { nodeResolve } from '@rollup/plugin-node-resolve'

const conditions = process.env.TELEMETRY === 'off' ? [] : ['codex-otel']

export default {
  input: 'agent.js',
  output: { file: 'out/rollup.mjs', format: 'es' },
  external: /^node:/,
  plugins: [nodeResolve({ exportConditions: conditions })],
}
