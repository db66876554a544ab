import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { configurationReference } from './configuration-reference.ts'

test('docs/configuration.md is what the schema says; `npm run docs` writes it', async () => {
  const page = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8')
  expect(page).toBe(configurationReference())
})
