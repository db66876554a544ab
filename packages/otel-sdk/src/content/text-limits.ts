/** How much of one text is kept, at each of the three places where it is cut: caller's thread, scrubber, wire. */
export interface TextLimit {
  /** UTF-16 units of the source that may reach the wire. The scrubber drops everything that begins past it. */
  keepUnits: number
  /** UTF-8 bytes that may reach the wire, without the marker. */
  wireBytes: number
  /** A text that was cut ends without the marker: an attribute of its own shows that it was cut. */
  unmarked?: true
}

/**
 * UTF-16 units that travel past `keepUnits`, only so that the scrubber can recognise a secret that begins before that
 * border. Every pattern decides within this many units whether it matches (the rest of a match is taken greedily), so
 * cutting the source at `keepUnits + CAP_MARGIN` hides no secret whose beginning survives.
 */
export const CAP_MARGIN = 8_192

/**
 * UTF-16 units past which a text is not looked at on the caller's thread: V8 joins a text that was concatenated piece by
 * piece when it is first read, which takes about a millisecond for each of these 4 MiB.
 */
export const MAX_READ_UNITS: number = 4 * 1024 * 1024

/** Prompts, arguments, error texts. */
export const TEXT_LIMIT: TextLimit = { keepUnits: 65_536, wireBytes: 65_536 }

/** Final answers of the model, and the words of a reviewer. */
export const RESPONSE_LIMIT: TextLimit = { ...TEXT_LIMIT, unmarked: true }

/** Names that every event of a session carries: they are short, and a longer one is a mistake. */
export const NAME_LIMIT: TextLimit = { keepUnits: 1024, wireBytes: 4096 }

/**
 * Output of tools. The wire takes 2,048 bytes; four times as much is scrubbed, so that a secret replaced by a shorter
 * placeholder seldom makes the preview shorter than it could be.
 */
export const TOOL_OUTPUT_LIMIT: TextLimit = { keepUnits: 8_192, wireBytes: 2_048 }

/** The same for so many bytes. For a large preview its own size is scrubbed, not four times as much. */
export function toolOutputLimit(wireBytes: number): TextLimit {
  return { keepUnits: Math.max(8_192, Math.min(4 * wireBytes, Math.max(wireBytes, 65_536))), wireBytes }
}

/** Ends a text that was cut, on a line of its own; not counted in the limit. */
export const TRUNCATION_MARKER = '[... telemetry preview truncated ...]'
