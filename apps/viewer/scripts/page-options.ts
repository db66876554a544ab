import { fileURLToPath } from 'node:url'
import type { BuildOptions } from 'esbuild'

const page = fileURLToPath(new URL('../page/', import.meta.url))

/** How the page is built: files with fixed names, which the web server sends with a tag of their content. */
export const PAGE_OPTIONS: BuildOptions & { outdir: string } = {
  entryPoints: [
    { in: `${page}main.tsx`, out: 'page' },
    { in: `${page}page.css`, out: 'page' },
  ],
  outdir: fileURLToPath(new URL('../dist/page/', import.meta.url)),
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome125', 'firefox125', 'safari17.5'],
  legalComments: 'none',
  logLevel: 'warning',
}
