import { expect, it } from 'vitest'
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
  ['x.'.repeat(40), `"${'x.'.repeat(30)}..."`],
])('shows %s as %s', (name, shown) => {
  expect(showName(name)).toBe(shown)
})
