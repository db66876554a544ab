import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: './pack.ts',
    reporters: ['default', '../../scripts/count-reporter.ts'],
    // A package manager installs what a registry sends.
    testTimeout: 40_000,
    hookTimeout: 100_000,
  },
})
