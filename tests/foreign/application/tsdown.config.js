import { defineConfig } from 'tsdown'

const conditions = process.env.TELEMETRY === 'off' ? [] : ['codex-otel']

export default defineConfig({
  entry: { tsdown: 'agent.js' },
  outDir: 'out',
  clean: false,
  format: 'esm',
  platform: 'node',
  // By default what package.json lists as a dependency stays outside of the bundle.
  deps: { alwaysBundle: [/^@codex\//] },
  inputOptions: { resolve: { conditionNames: [...conditions, 'node', 'import'] } },
})
