/** The agent of a session of which spans alone are there. Once its events arrive, they are counted in place of the spans. */
export const SPANS_ALONE = 'gen_ai'

/** A span that counts where its session has no events: a response, a decision or a call by its role's number, or an error. */
export const SPAN_COUNTED = 's.role < 7 OR s.error IS NOT NULL'

/** The end of a span, in milliseconds. */
export const SPAN_END = 'CAST(s.start / 1000 + s.duration AS INTEGER)'
