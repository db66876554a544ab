import type { SpanRow, SpansRow } from '../../src/queries/spans.ts'

/** The spans of an answer, with their words. */
export function spanRows(answer: readonly SpansRow[]): SpanRow[] {
  return answer.flatMap(({ words, spans }) => {
    const word = (place: number): string | null => words[place] ?? null
    return spans.map(
      ([
        id,
        span,
        parent,
        name,
        kind,
        startMs,
        durationMs,
        status,
        operation,
        model,
        tool,
        input,
        output,
        own,
        declinedBy,
      ]) => ({
        id,
        span_id: span,
        parent_id: parent,
        name: word(name) ?? '',
        kind: word(kind),
        start_ms: startMs,
        duration_ms: durationMs,
        status,
        operation: word(operation),
        model: word(model),
        tool_name: word(tool),
        input_tokens: input,
        output_tokens: output,
        names_session: own,
        declined_by: word(declinedBy),
      }),
    )
  })
}
