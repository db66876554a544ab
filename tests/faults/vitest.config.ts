import { defineConfig } from 'vitest/config'

// One file after the other: what is measured here are times, and the machine has few cores.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    maxConcurrency: 40,
    sequence: { shuffle: false },
    reporters: ['default', '../../scripts/count-reporter.ts', './delivery-reporter.ts'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
})
