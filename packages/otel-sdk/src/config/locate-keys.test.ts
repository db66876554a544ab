import { type AST, parseTOML } from 'toml-eslint-parser'
import { expect, test } from 'vitest'
import { locateKeys } from './locate-keys.ts'

const files: readonly string[] = [
  `# a comment = 1
model = "m" # [otel]
[otel]
environment = "staging"   # environment = 2
"log_user_prompt" = false
exporter = { otlp-http = {
  endpoint = "https://a/b#c", # a comment, with = and }
  headers = { "x-a" = "\${T}", 'x-b' = '=[{',
    x-c = { command = ["a", "b # c",
      "]"], ttl_ms = 5 } },
  protocol = "json"
}}

trace_exporter = "none"
[otel.resource]
team.name = 'a'
"service.name" = """
[otel.content]
prompt = "full"
\\""""
[otel.content]
scrub_patterns = [
  'a{2,3}', # ]
  "b\\"]",
  '''
c = 1
''',
]
prompt = "off"
`,
  `[otel.exporter."otlp-grpc"]
endpoint = "https://a"
[otel.exporter.otlp-grpc.headers]
"x y" = "1"
"\\u0061" = "2"
[ otel . "spool" ]
max_bytes = 1_000
max_age = 1979-05-27 07:32:00
[[lists]]
a = 1
[[lists]]
a = [ { b = 1 }, { b = 2, c = [] } ]
`,
  '[otel]\r\nenvironment = "x"\r\nexporter = { otlp-http = { } }\r\n',
  'otel = { environment = "x", resource = { a = "b" } }',
  'otel.environment = "x"\notel.exporter.otlp-http.endpoint = "y"\n',
  '',
]

/** What the reference parser says: each key's path and line, in the order of the file. */
function reference(text: string): readonly [path: readonly string[], line: number][] {
  const found: [readonly string[], number][] = []
  const keysOf = (key: AST.TOMLKey) => key.keys.map(part => (part.type === 'TOMLBare' ? part.name : part.value))
  const visit = (node: AST.TOMLContentNode | AST.TOMLKeyValue, path: readonly string[]): void => {
    if (node.type === 'TOMLKeyValue') {
      const inner = [...path, ...keysOf(node.key)]
      found.push([inner, node.loc.start.line])
      visit(node.value, inner)
    } else if (node.type === 'TOMLInlineTable') {
      for (const pair of node.body) visit(pair, path)
    } else if (node.type === 'TOMLArray') {
      for (const element of node.elements) visit(element, path)
    }
  }
  for (const node of parseTOML(text, { tomlVersion: '1.1' }).body[0].body) {
    if (node.type === 'TOMLKeyValue') visit(node, [])
    else {
      const path = keysOf(node.key)
      found.push([path, node.loc.start.line])
      for (const pair of node.body) visit(pair, path)
    }
  }
  return found
}

test.each(files)('every key is where toml-eslint-parser finds it: %#', text => {
  const positions = locateKeys(text)
  const first = new Map<string, [readonly string[], number]>()
  for (const entry of reference(text)) {
    for (let length = 1; length <= entry[0].length; length++) {
      const path = entry[0].slice(0, length)
      const key = path.join('\0')
      if (!first.has(key)) first.set(key, [path, entry[1]])
    }
  }
  for (const [path, line] of first.values()) expect([path, positions.line(path)]).toEqual([path, line])
})

test('a key that is not written down is where the innermost table around it is', () => {
  const positions = locateKeys('a = 1\n[otel]\nexporter = { otlp-http = { } }')
  expect(positions.line(['otel', 'exporter', 'otlp-http', 'endpoint'])).toBe(3)
  expect(positions.line(['otel', 'environment'])).toBe(2)
  expect(positions.line(['other'])).toBeUndefined()
})

test('a byte order mark at the start takes no line from anything', () => {
  const positions = locateKeys('\ufeff[otel]\nexporter = "none"')
  expect(positions.line(['otel', 'exporter'])).toBe(2)
})
