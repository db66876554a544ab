import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const page = fileURLToPath(new URL('../page/', import.meta.url))
const output = fileURLToPath(new URL('../dist/page/', import.meta.url))

// The page is three files with fixed names: the web server sends them with a tag of their content.
await build({
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
})
cpSync(`${page}index.html`, `${output}index.html`)
