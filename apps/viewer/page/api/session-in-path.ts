/** Ids that a browser takes for steps in a path, also in escapes. */
const STEP = /^\.{1,2}$/
/** In front of such an id; where it is part of another one, it is escaped. */
const MARK = '='

/** A session's id as a part of a path. */
export const sessionInPath = (id: string): string => (STEP.test(id) ? MARK + id : encodeURIComponent(id))

/** The id in a part of a path. @throws URIError where it is not well encoded */
export function sessionOfPath(part: string): string {
  const unmarked = part.slice(MARK.length)
  return part.startsWith(MARK) && STEP.test(unmarked) ? unmarked : decodeURIComponent(part)
}
