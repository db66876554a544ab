import { Server } from '@modelcontextprotocol/server'

type Result = {
  content: ({ type: 'text'; text: string } | { type: 'image'; data: string; mimeType: string })[]
  isError?: boolean
}

const text = (value: string): Result => ({ content: [{ type: 'text', text: value }] })

type Tool = (args: Record<string, unknown>, meta: unknown) => Result | Promise<Result>

const TOOLS: Readonly<Record<string, Tool>> = {
  echo: args => text(`you said ${args.text}`),
  fail: () => ({ ...text('it did not work'), isError: true }),
  hang: () => new Promise(() => {}),
  environment: () => text(JSON.stringify({ ...process.env, pid: String(process.pid) })),
  big: () => text('x'.repeat(200_000)),
  huge: () => text('x'.repeat(5_000_000)),
  mixed: () => ({
    content: [
      { type: 'text', text: 'one' },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'text', text: 'two' },
    ],
  }),
  exit: () => process.exit(3),
  meta: (_args, meta) => text(`_meta: ${JSON.stringify(meta)}`),
  'name with spaces': () => text('found'),
}

/** A server by the official implementation of the protocol, which lists its tools on two pages. */
export function createTestServer(): Server {
  const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/list', ({ params }) => {
    const tools = Object.keys(TOOLS).map(name => ({
      name,
      description: `The tool ${name}`,
      inputSchema: { type: 'object' as const, properties: { text: { type: 'string' } } },
    }))
    return params?.cursor === undefined ? { tools: tools.slice(0, 2), nextCursor: 'more' } : { tools: tools.slice(2) }
  })
  server.setRequestHandler('tools/call', ({ params }) => {
    const tool = TOOLS[params.name]
    if (tool === undefined) throw new Error(`no tool ${params.name}`)
    return tool(params.arguments ?? {}, params._meta)
  })
  return server
}
