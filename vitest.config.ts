import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const EXCLUDED = ['**/node_modules/**', '**/dist/**', 'faults/**']

/** The tests of whole processes that `npm run test:processes` runs and `npm test` leaves out: matrices of ways to run and to end. */
const PROCESSES = ['leaving', 'operators', 'parity']

const project = (root: string, exclude: readonly string[] = []) => ({
  test: { name: root, root, include: ['**/*.test.ts'], exclude: [...EXCLUDED, ...exclude] },
})

export default defineConfig({
  test: {
    projects: [
      project('packages/otel-api'),
      project('packages/otel-sdk'),
      project('packages/otlp-receiver'),
      project('packages/auth'),
      project('apps/demo'),
      project(
        'tests',
        PROCESSES.map(folder => `${folder}/**`),
      ),
      {
        test: {
          name: 'processes',
          root: 'tests',
          include: PROCESSES.map(folder => `${folder}/**/*.test.ts`),
          exclude: EXCLUDED,
        },
      },
    ],
    reporters: ['default', './scripts/count-reporter.ts'],
    // Most of a test's time is waiting for a server or a process, so that more files than cores run at once.
    maxWorkers: 2 * availableParallelism(),
    // The tests talk to real servers and real processes on two cores; none of them waits for a fixed time.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
