// The hooks that `pnpm pack` gets from scripts/packages/pack-all.ts: what a published package.json has and has not.
// It is a pnpmfile: pnpm itself replaces `workspace:` and `catalog:` by versions.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const hooks = {
  /** @param {Record<string, any>} manifest @param {string} directory */
  beforePacking(manifest, directory) {
    // What the build and the tests need is of no use to an installed package, and its imports name files that are not packed.
    const { devDependencies, scripts, imports, ...published } = manifest
    const { repository, homepage, bugs } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return {
      ...published,
      ...(homepage && { homepage }),
      ...(bugs && { bugs }),
      ...(repository && { repository: { ...repository, directory: relative(root, directory) } }),
    }
  },
}
