import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, runNode } from '@codex/test-kit/run-node'
import { expect, it } from 'vitest'
import { readPage } from '../documents/page-tables.ts'

it('the example in the README of the receiver is a test that passes', async () => {
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readPage('packages/otlp-receiver/README.md')) ?? []
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-receiver-readme-'))
  try {
    symlinkSync(join(ROOT, 'tests/node_modules'), join(directory, 'node_modules'))
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(directory, 'example.ts'), example)
    const { code, stdout, stderr } = await runNode(['example.ts'], { cwd: directory, env: { TMPDIR: directory } })
    expect({ code, stderr, passed: /pass (\d+)/.exec(stdout)?.[1] }).toEqual({ code: 0, stderr: '', passed: '1' })
  } finally {
    rmSync(directory, { recursive: true })
  }
})
