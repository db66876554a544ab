import type { SessionRow } from '../../src/queries/sessions.ts'
import { Line, Withheld } from '../text/text.tsx'

/** The first prompt of a session; where it was not sent, that. */
export function SessionTitle({ session: { title, prompt_length, prompts, agent } }: { session: SessionRow }) {
  if (title !== null) return <Line value={title} field="prompt" agent={agent} />
  if (prompts > 0) return <Withheld field="prompt" length={prompt_length} agent={agent} />
  return <span class="muted">no prompt yet</span>
}
