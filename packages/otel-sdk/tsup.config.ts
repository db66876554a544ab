import { rm } from 'node:fs/promises'
import { defineConfig } from 'tsup'
import { library } from '../../scripts/build-library.ts'
import { bundleTypes } from '../../scripts/bundle-types.ts'
import { buildWorker } from './scripts/build-worker.ts'
import { loadLater, writeLaterMaps } from './scripts/later-parts.ts'
import { leaveOutDocs } from './scripts/leave-out-docs.ts'
import { leaveOutTexts } from './scripts/published-maps.ts'

const entry = { index: 'src/index.ts', testing: 'src/testing/index.ts' }

export default defineConfig(async () => {
  await rm('dist', { recursive: true, force: true })
  await buildWorker()
  await writeLaterMaps()
  return {
    ...library(entry),
    esbuildPlugins: [leaveOutDocs, loadLater],
    // The worker is there already.
    clean: false,
    // Two files without a shared chunk: the bundle of an application holds this library as one module.
    splitting: false,
    async onSuccess() {
      for (const name of Object.keys(entry)) await leaveOutTexts(`dist/${name}.js.map`)
      await bundleTypes(entry)
    },
    // The worker's code becomes a part of this file, so that applications can bundle it without knowing of it.
    noExternal: [
      '#worker-source',
      '@codex/otel-api/child-environment',
      '@codex/otel-api/new-conversation-id',
      '@codex/otel-api/resolve-program',
      '@codex/otel-api/visible-text',
    ],
  }
})
