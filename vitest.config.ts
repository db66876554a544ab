import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const EXCLUDED = [
  '**/node_modules/**',
  '**/dist/**',
  'tests/faults/**',
  'tests/examples/**',
  'apps/viewer/test/browser/**',
]

/** The folders that `npm run test:processes` runs and `npm test` leaves out: matrices of ways to run and to end a process, and packages as they are installed. */
const PROCESSES = [
  'apps/demo/test',
  'apps/viewer/src/cli',
  'apps/viewer/src/files',
  'packages/otel-sdk/src/client/operations',
  'tests/build-switch',
  'tests/canary',
  'tests/leaving',
  'tests/operators',
  'tests/packages',
  'tests/parity',
]

const allIn = (folders: readonly string[]): string[] => folders.map(folder => `${folder}/**/*.test.ts`)

const project = (folder: string) => ({
  extends: true as const,
  test: { name: folder, include: allIn([folder]), exclude: [...EXCLUDED, ...allIn(PROCESSES)] },
})

export default defineConfig({
  test: {
    projects: [
      project('packages/otel-api'),
      project('packages/otel-sdk'),
      project('packages/otlp-receiver'),
      project('packages/auth'),
      project('packages/test-kit'),
      project('apps/demo'),
      project('apps/viewer'),
      project('tests'),
      // A test runs up to dozens of processes, one after the other.
      { extends: true, test: { name: 'processes', include: allIn(PROCESSES), exclude: EXCLUDED, testTimeout: 90_000 } },
    ],
    reporters: ['default', './scripts/count-reporter.ts'],
    // Most of a test's time is waiting for a server or a process, so that more files than cores run at once.
    maxWorkers: 2 * availableParallelism(),
    // The tests talk to real servers and real processes on two cores; none of them waits for a fixed time.
    testTimeout: 40_000,
    hookTimeout: 40_000,
    expect: { poll: { timeout: 15_000 } },
  },
})
