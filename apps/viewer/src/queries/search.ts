export interface SearchRow {
  event_id: number
  time_ms: number
  conversation_id: string | null
  event_name: string
  tool_name: string | null
}

/** Events whose prompt, arguments, output or error has the words, the newest first. SQLite alone has it. */
export const search: string = `SELECT event_id, time_ms, conversation_id, event_name, tool_name FROM codex_events
WHERE event_id IN (SELECT rowid FROM content WHERE content MATCH :words ORDER BY rowid DESC LIMIT :limit) ORDER BY event_id DESC`

/** What a person typed, as words that must all be there; the last one may go on. Nothing in it is an operator. */
export function matchOf(typed: string): string {
  const words = typed.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word))
  return words.map((word, index) => `"${word.replaceAll('"', '""')}"${index === words.length - 1 ? '*' : ''}`).join(' ')
}
