import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { tsup: 'agent.js' },
  outDir: 'out',
  format: 'esm',
  target: 'node22',
  // By default what package.json lists as a dependency stays outside of the bundle.
  noExternal: [/^@codex\//],
  esbuildOptions(options) {
    // Conditions given here replace the default, `module`.
    options.conditions = process.env.TELEMETRY === 'off' ? ['module'] : ['codex-otel', 'module']
  },
})
