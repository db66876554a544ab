import type { Step } from './script.ts'

/** The data of one event of a response. */
export type ResponseEvent = Record<string, unknown> & { type: string }

/** The events of one response, as a provider sends them. `id` is unique among the server's responses. */
export function responseEvents(
  id: number,
  step: Extract<Step, { kind: 'respond' }>,
  promptCharacters: number,
): ResponseEvent[] {
  const response = { id: `resp_scripted_${id}`, object: 'response' }
  const output: unknown[] = []
  const events: ResponseEvent[] = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.in_progress', response: { ...response, status: 'in_progress', output: [] } },
  ]
  const add = (first: ResponseEvent, item: unknown, ...middle: ResponseEvent[]): void => {
    const place = { output_index: output.length }
    events.push({ ...first, ...place }, ...middle.map(event => ({ ...event, ...place })))
    events.push({ type: 'response.output_item.done', ...place, item })
    output.push(item)
  }
  if (step.reasoning !== undefined) addReasoning(add, `rs_scripted_${id}`, step.reasoning)
  if (step.text !== undefined) addMessage(add, `msg_scripted_${id}`, step.text)
  if (step.command !== undefined) addCall(add, id, JSON.stringify(step.command))
  const usage = countTokens(promptCharacters, step)
  events.push({ type: 'response.completed', response: { ...response, status: 'completed', output, usage } })
  return events.map((event, i) => ({ sequence_number: i, ...event }))
}

type Add = (first: ResponseEvent, item: unknown, ...middle: ResponseEvent[]) => void

function addReasoning(add: Add, id: string, text: string): void {
  const at = { item_id: id, summary_index: 0 }
  const part = { type: 'summary_text', text }
  add(
    { type: 'response.output_item.added', item: { type: 'reasoning', id, summary: [] } },
    { type: 'reasoning', id, summary: [part] },
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...deltasOf(text).map(delta => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
    { type: 'response.reasoning_summary_text.done', ...at, text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  )
}

function addMessage(add: Add, id: string, text: string): void {
  const at = { item_id: id, content_index: 0 }
  const part = { type: 'output_text', text, annotations: [] }
  const item = { type: 'message', id, role: 'assistant' }
  add(
    { type: 'response.output_item.added', item: { ...item, status: 'in_progress', content: [] } },
    { ...item, status: 'completed', content: [part] },
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...deltasOf(text).map(delta => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text },
    { type: 'response.content_part.done', ...at, part },
  )
}

function addCall(add: Add, id: number, args: string): void {
  const at = { item_id: `fc_scripted_${id}` }
  const item = {
    type: 'function_call',
    id: at.item_id,
    call_id: `call_scripted_${id}`,
    name: 'exec_command',
    arguments: args,
  }
  add(
    { type: 'response.output_item.added', item: { ...item, status: 'in_progress' } },
    { ...item, status: 'completed' },
    { type: 'response.function_call_arguments.delta', ...at, delta: args },
    { type: 'response.function_call_arguments.done', ...at, arguments: args },
  )
}

/** The text in parts of a few words, as a model sends it. */
function deltasOf(text: string): string[] {
  return text.match(/(?:\S+\s*){1,4}/g) ?? []
}

/** The number of tokens, at four characters each: exact enough for a script. */
function countTokens(promptCharacters: number, step: Extract<Step, { kind: 'respond' }>): object {
  const tokens = (text = ''): number => Math.ceil(text.length / 4)
  const input = Math.ceil(promptCharacters / 4)
  const reasoning = tokens(step.reasoning)
  const written = reasoning + tokens(step.text) + tokens(step.command?.cmd)
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + written,
  }
}
