import { defaultServerConditions, defineConfig } from 'vite'

const conditions = process.env.TELEMETRY === 'off' ? [] : ['codex-otel']

export default defineConfig({
  build: {
    ssr: 'agent.js',
    outDir: 'out',
    emptyOutDir: false,
    rollupOptions: { output: { entryFileNames: 'vite.mjs' } },
  },
  // By default dependencies stay outside of the bundle, and are resolved when it runs.
  ssr: { noExternal: true, resolve: { conditions: [...conditions, ...defaultServerConditions] } },
})
