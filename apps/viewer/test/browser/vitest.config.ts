import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { CHROMIUM } from './chromium.ts'

const isThere = existsSync(CHROMIUM)
if (!isThere)
  process.stderr.write(`skipped: no browser is at ${CHROMIUM}; apt-get install chromium, or CHROMIUM names it\n`)

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: isThere ? ['**/*.test.ts'] : [],
    passWithNoTests: !isThere,
    reporters: ['default', '../../../../scripts/count-reporter.ts'],
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 40_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
