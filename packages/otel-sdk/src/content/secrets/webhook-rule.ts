import type { SecretRule } from './secret-rule.ts'
import { isUuid, looksRandom } from './secret-value.ts'

/** `hooks.`, `/hook/`, `/webhook/`, `/webhookb2/` and `/incoming-webhook/`, with the host and the path that follow. */
const HOOK = /hook(s?)(?:b2)?(?:\.[\w.-]{1,100}(?::\d{1,5})?)?((?:\/[^\s"'`\\<>/?#&,;()[\]{}]{1,256}){1,12})\/?/iy
/** Only in addresses: a folder may be called `hooks` too. */
const REST_OF_ADDRESS = /^[\w.:@/%~-]*$/
/** The secret as the only parameter after the path, also where it has the form of an identifier. */
const QUERY = /\?key=([\w-]{16,})/dy
const HOST = /(?:^|[^\w-])$/
const ZAPIER = /^\/hooks\/(?:catch|standard)\/\d+\//

/** Addresses of webhooks. Knowing the address is enough to post to it, so its random part is the secret: a part of the path, or `key` in the query. */
export const webhookRule: SecretRule = {
  anchors: [['/.b-', 'hH', 'oO', 'oO']],
  startsText: 'h',
  match(text, at) {
    const start = at + 1
    // A rule of its own has the whole address.
    if (text.startsWith('s.slack.com', start + 'hook'.length)) return undefined
    HOOK.lastIndex = start
    const match = HOOK.exec(text)
    if (match === null) return undefined
    const [, plural = '', path = ''] = match
    const before = text.slice(Math.max(0, start - 200), start)
    const isHost = text[start + 'hook'.length + plural.length] === '.'
    const slashes = before.lastIndexOf('//')
    const isInAddress = slashes >= 0 && REST_OF_ADDRESS.test(before.slice(slashes))
    if (!isInAddress && !(isHost && HOST.test(before))) return undefined
    const pathStart = HOOK.lastIndex - (text[HOOK.lastIndex - 1] === '/' && !path.endsWith('/') ? 1 : 0) - path.length
    QUERY.lastIndex = pathStart + path.length
    const query = QUERY.exec(text)?.indices?.[1]
    if (query !== undefined) return { start: query[0], end: query[1], kind: 'webhook' }
    const offset = secretOffset(path, plural !== '' || isHost)
    if (offset === undefined) return undefined
    return { start: pathStart + offset, end: pathStart + path.length, kind: 'webhook' }
  },
}

/** Where in a path that begins with a slash the first part stands that was made at random. */
function secretOffset(path: string, isPlural: boolean): number | undefined {
  const zapier = ZAPIER.exec(path)
  if (zapier !== null) return zapier[0].length
  let offset = 1
  for (const [index, part] of path.slice(1).split('/').entries()) {
    // Of one hook, an identifier in the address is its secret; of several, what tells them apart.
    if (isRandom(part) || (!isPlural && index <= 1 && isUuid(part)) || /^[0-9a-f-]{36}@[0-9a-f-]{36}$/i.test(part))
      return offset
    offset += part.length + 1
  }
  return undefined
}

function isRandom(part: string): boolean {
  const run = part.replace(/[-_]/g, '')
  return (
    (run.length >= 18 && looksRandom(run, true) && !/\.\w{1,5}$/.test(part)) ||
    (/^[a-z0-9]{26}$/.test(part) && /\d/.test(part))
  )
}
