/** A message of a stream of server-sent events; one without data is a sign of life. */
export interface StreamMessage {
  id: string
  data: string | undefined
}

/** The messages of a response, as they come. */
export async function* messagesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<StreamMessage> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    text += value
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield messageIn(text.slice(0, end))
      text = text.slice(end + 2)
    }
  }
}

function messageIn(block: string): StreamMessage {
  const fields = new Map(
    block.split('\n').map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const
    }),
  )
  return { id: fields.get('id') ?? '', data: fields.get('data') }
}
