import { expect, it } from 'vitest'
import { bundlersPage } from '../foreign/harness/pages.ts'
import { readPage } from './page-tables.ts'

it('docs/bundlers.md holds the files and commands that npm run test:foreign builds with', () => {
  expect(readPage('docs/bundlers.md')).toBe(bundlersPage())
})
