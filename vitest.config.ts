import { defineConfig } from 'vitest/config'

const project = (root: string) => ({
  test: { name: root, root, include: ['**/*.test.ts'], exclude: ['**/node_modules/**', '**/dist/**', 'faults/**'] },
})

export default defineConfig({
  test: {
    projects: [
      project('packages/otel-api'),
      project('packages/otel-sdk'),
      project('packages/otlp-receiver'),
      project('packages/auth'),
      project('apps/demo'),
      project('tests'),
    ],
    reporters: ['default', './scripts/count-reporter.ts'],
    // The tests talk to real servers and real processes on two cores; none of them waits for a fixed time.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
