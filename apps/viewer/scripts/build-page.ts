import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { PAGE_OPTIONS } from './page-options.ts'

// The files that are large are compressed here, as they are sent, so that the package is small.
const { outdir } = PAGE_OPTIONS
const { outputFiles } = await build({ ...PAGE_OPTIONS, write: false })
mkdirSync(outdir, { recursive: true })
for (const { path, contents } of outputFiles) {
  writeFileSync(join(outdir, `${basename(path)}.gz`), gzipSync(contents, { level: 9 }))
}
cpSync(fileURLToPath(new URL('../page/index.html', import.meta.url)), join(outdir, 'index.html'))
