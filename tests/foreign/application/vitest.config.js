import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['codex-otel', ...defaultServerConditions] } },
  test: { globals: true },
})
