import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isTooOld, tooOldMessage } from './old-node.ts'

it.each([
  ['18.20.4', true],
  ['22.14.0', true],
  ['22.15.0', false],
  ['24.1.0', false],
])('Node %s is too old: %s', (version, expected) => {
  expect(isTooOld(version)).toBe(expected)
})

it('the message about an old Node names that of the checkout, and none where there is no checkout', () => {
  const root = mkdtempSync(join(tmpdir(), 'old-node-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const file = join(root, 'apps', 'demo', 'dist', 'otel', 'cli.js')
  const first = 'codex-demo needs Node 22.15 or newer; this is 20.1.0.\n'
  expect(tooOldMessage('20.1.0', file)).toBe(first)
  const bin = join(root, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'node'), '')
  writeFileSync(join(root, 'pnpm-workspace.yaml'), '')
  expect(tooOldMessage('20.1.0', file)).toBe(
    `${first}This checkout has a newer one: ${bin}/node ${file}\nFor the shell: export PATH=${bin}:$PATH\n`,
  )
})
