import { TIMELINE_COLUMNS } from './timeline.ts'

/**
 * The parts of the model's stream between two times of a session, in their order: those that `timeline` leaves out. SQLite
 * alone has it.
 */
export const stream: string = `SELECT ${TIMELINE_COLUMNS} FROM codex_events e
WHERE event_id IN (
  SELECT id FROM event WHERE session = (SELECT id FROM session WHERE key = :session)
    AND time >= :from * 1000 AND time < (:to + 1) * 1000 AND role = 3 AND error IS NULL
) ORDER BY time_ms, event_id LIMIT :limit`
