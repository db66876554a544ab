import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { PAGE_OPTIONS } from './page-options.ts'

/** Bytes of the page's scripts and styles as a server may send them. */
const BUDGET = 70_000

it('the page is small, and has no code of the server', async () => {
  const { outputFiles, metafile } = await build({ ...PAGE_OPTIONS, write: false, metafile: true })
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.some(path => path.endsWith('page/main.tsx'))).toBe(true)
  expect(inputs.filter(path => path.includes('src/') && !path.includes('node_modules/'))).toEqual([])
  const bytes = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
  expect(outputFiles.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['page.css', 'page.js'])
  expect(bytes).toBeLessThanOrEqual(BUDGET)
})
