import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const page = fileURLToPath(new URL('../page/', import.meta.url))
const output = fileURLToPath(new URL('../dist/page/', import.meta.url))

// The page is three files with fixed names: the web server sends them with a tag of their content. Those that are large are
// compressed here, as they are sent, so that the package is small.
const { outputFiles } = await build({
  entryPoints: [
    { in: `${page}main.tsx`, out: 'page' },
    { in: `${page}page.css`, out: 'page' },
  ],
  outdir: output,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome125', 'firefox125', 'safari17.5'],
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
})
mkdirSync(output, { recursive: true })
for (const { path, contents } of outputFiles) {
  writeFileSync(`${output}${basename(path)}.gz`, gzipSync(contents, { level: 9 }))
}
cpSync(`${page}index.html`, `${output}index.html`)
