import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '@codex/test-kit/run-node'
import { expect, it } from 'vitest'

const EXPORT = 'export PATH=$PWD/node_modules/.bin:$PATH'

it.each(['README.md', 'docs/operating.md', 'apps/demo/README.md'])(
  '%s says how a checkout gets the command codex-demo, and the command works',
  path => {
    const page = readFileSync(join(ROOT, path), 'utf8')
    expect(page).toContain(EXPORT)
    const printed = execFileSync('/bin/sh', ['-c', `${EXPORT}; codex-demo --version`], {
      cwd: ROOT,
      env: { PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    })
    expect(printed).toMatch(/^codex-demo \d+\.\d+\.\d+ \(\+otel\)\n$/)
  },
)

it('apps/demo/README.md begins with commands that a checkout has', () => {
  const page = readFileSync(join(ROOT, 'apps/demo/README.md'), 'utf8')
  const block = /```sh\n(.*?)```/s.exec(page)?.[1] ?? ''
  const programs = block
    .trim()
    .split('\n')
    .map(line =>
      line
        .split(' ')
        .slice(0, line.startsWith('npm') ? 3 : 1)
        .join(' '),
    )
  expect([...new Set(programs)]).toEqual(['npm run demo', 'export', 'codex-demo'])
})
