import { expect, it } from 'vitest'
import { cpuMs } from '../content/cpu-ms.fixture.ts'
import { showName } from './show-name.ts'

it.each([
  ['codex.websocket.event.duration_ms', '"codex.websocket.event.duration_ms"'],
  ['my/ownApplicationRequests-total', '"my/ownApplicationRequests-total"'],
  ['', '""'],
  ['a name', '"a..."'],
  ['tool.password=hunter2', '"tool.password..."'],
  ['https://me:hunter2@example.com', '"https..."'],
  ['\u202eemit', '"..."'],
  [`calls.${['gh', 'p_aB3dE5fG7hJ9kL2mN4pQ6rS8'].join('')}.count`, '"calls.ghp_..."'],
  ['a'.repeat(100_000), `"${'a'.repeat(60)}..."`],
  [`calls.${'a'.repeat(100)}1`, '"calls...."'],
  ['x.'.repeat(40), `"${'x.'.repeat(30)}..."`],
])('shows %s as %s', (name, shown) => {
  expect(showName(name)).toBe(shown)
})

it('shows a name of any length at once', () => {
  const names = [40_000, 80_000, 160_000].flatMap(length => ['a'.repeat(length), 'ab1.'.repeat(length / 4)])
  expect(cpuMs(() => names.forEach(showName))).toBeLessThan(100)
})
