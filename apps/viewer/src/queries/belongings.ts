/** What goes when a session is forgotten. */
export interface BelongingsRow {
  events: number
  /** Those that name the session, and the others of its traces. */
  spans: number
  /** Data points of the series that name the session. */
  points: number
}

export const belongings: string = `
SELECT (SELECT count(*) FROM event WHERE session = s.id) AS events,
  (SELECT count(*) FROM span WHERE session = s.id) +
    (SELECT count(*) FROM span WHERE session IS NULL AND trace IN (SELECT id FROM trace WHERE session = s.id)) AS spans,
  (SELECT count(*) FROM point WHERE series IN (SELECT id FROM series WHERE session = s.id)) AS points
FROM session s WHERE key = :session`
