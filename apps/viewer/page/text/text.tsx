import { useState } from 'preact/hooks'
import { oneLine, type Piece, piecesOf } from './visible.ts'

/** Which setting makes an agent send a text that it withholds. */
export type TextField = 'prompt' | 'arguments' | 'output' | 'error'

const NAMES: Readonly<Record<TextField, string>> = {
  prompt: 'prompt',
  arguments: 'arguments',
  output: 'output',
  error: 'error text',
}

const SETTINGS: Readonly<Record<string, Readonly<Partial<Record<TextField, string>>>>> = {
  'claude-code': { prompt: 'OTEL_LOG_USER_PROMPTS=1', arguments: 'OTEL_LOG_TOOL_DETAILS=1' },
  'gemini-cli': { prompt: 'telemetry.logPrompts = true' },
  codex: {
    prompt: 'log_user_prompt = true',
    arguments: '[otel.content] tool_arguments = "full"',
    output: '[otel.content] tool_output = "full"',
    error: '[otel.content] error_text = "full"',
  },
}

/** Says that a text was not sent, how long it is where that is known, and what sends it. */
export function Withheld(props: { field: TextField; length: number | null | undefined; agent?: string | undefined }) {
  const { field, length, agent = 'codex' } = props
  const setting = SETTINGS[agent]?.[field]
  return (
    <span class="chip withheld">
      <span aria-hidden="true" class="lock" />
      {NAMES[field]} not sent
      {typeof length === 'number' ? `, ${length} character${length === 1 ? '' : 's'}` : ''}
      {setting === undefined ? null : (
        <span class="sends">
          {' '}
          · <code>{setting}</code> sends it
        </span>
      )}
    </span>
  )
}

interface TextProps {
  value: string
  field: TextField
  /** What is known of the length of a text that was not sent. */
  length?: number | null | undefined
  agent?: string | undefined
}

/** A text of others in one line. */
export function Line({ value, ...rest }: TextProps) {
  return <Pieces pieces={piecesOf(oneLine(value))} {...rest} />
}

/** A part of a line: its spaces stay. */
export function Part({ value, ...rest }: TextProps) {
  return <Pieces pieces={piecesOf(value)} {...rest} />
}

/** Characters that are drawn before a person asks for more. */
const FIRST = 4_000

/** A text of others with its line breaks. */
export function Block({ value, ...rest }: TextProps) {
  const [shown, setShown] = useState(FIRST)
  const hidden = value.length - shown
  return (
    <div class="block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls what has the focus. */}
      <pre tabIndex={0}>
        <Pieces pieces={piecesOf(value.slice(0, shown))} {...rest} />
      </pre>
      {hidden > 0 ? (
        <button type="button" class="plain" onClick={() => setShown(shown * 8)}>
          show more ({hidden} characters are not shown)
        </button>
      ) : null}
    </div>
  )
}

type PiecesProps = Omit<TextProps, 'value'> & { pieces: readonly Piece[] }

const Pieces = ({ pieces, ...rest }: PiecesProps) => (
  <>
    {pieces.map((piece, index) => (
      <PieceView key={index} piece={piece} {...rest} />
    ))}
  </>
)

function PieceView({ piece, field, length, agent }: Omit<TextProps, 'value'> & { piece: Piece }) {
  switch (piece.kind) {
    case 'text':
      return <span class={piece.classes || undefined}>{piece.text}</span>
    case 'control':
      return <span class="control">{piece.code}</span>
    case 'scrubbed':
      return (
        <span class="chip scrubbed" title="A secret that was taken out before this was sent">
          <span aria-hidden="true" class="lock" />
          {piece.name}
        </span>
      )
    case 'withheld':
      return <Withheld field={field} length={piece.length ?? length} agent={agent} />
  }
}
