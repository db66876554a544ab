import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servePackages } from '@codex/test-kit/package-registry'
import type { TestProject } from 'vitest/node'
import { packAll } from '../../scripts/packages/pack-all.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The lines of an `.npmrc` with which a package manager finds the packages of this repository as they will be published. */
    npmrc: string
  }
}

/** Packs the packages once for all tests of this folder, and serves them as a registry would. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-packed-'))
  await packAll(folder)
  const registry = await servePackages(folder)
  project.provide('npmrc', registry.npmrc)
  return async () => {
    await registry.close()
    rmSync(folder, { recursive: true })
  }
}
