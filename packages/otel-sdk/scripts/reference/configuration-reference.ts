// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the page shows how variables are written.

import { describeAllowed } from '../../src/config/describe-value.ts'
import {
  environmentKeys,
  exporterDocs,
  exporterKeys,
  headerSourceKeys,
  type KeySpec,
  type Keys,
  otelKeys,
  tlsKeys,
} from '../../src/config/schema.ts'

const introduction = `# Configuration

This page is generated from the schema that the validator uses (\`npm run docs\`); edit the schema, not the page.

Telemetry is off until \`[otel]\` in \`config.toml\` names an exporter. These all work:

\`\`\`toml
[otel]
exporter = "otlp-http"          # the standard local endpoint, or the one that the environment names
\`\`\`
\`\`\`toml
[otel]
environment = "staging"
exporter = { otlp-http = {
  endpoint = "https://otel.example.com/v1/logs",
  protocol = "binary",
  headers = { "x-otlp-api-key" = "\${OTLP_TOKEN}" }
}}
\`\`\`
\`\`\`toml
[otel]
exporter = "console"            # a line for each event on standard error
\`\`\`
\`\`\`toml
[otel.exporter."otlp-grpc"]
endpoint = "https://otel.example.com:4317"
headers = { "x-otlp-meta" = "abc123" }
\`\`\`

An editor that knows Taplo (Even Better TOML in VS Code, or any with its language server) completes and checks these keys where the first
line of the file names the schema, [\`otel.schema.json\`](otel.schema.json), which is in the package \`@codex/otel-sdk\`:

\`\`\`toml
#:schema /path/to/node_modules/@codex/otel-sdk/otel.schema.json
[otel]
exporter = "otlp-http"
\`\`\`

A table that an agent writes in code is checked by the compiler: \`config: { exporter: 'otlp-http' } satisfies OtelConfig\`, a type of
\`@codex/otel-api\` that is generated from the same schema.

A mistake never stops the agent. A wrong exporter is off and everything else goes on; a wrong value elsewhere is replaced
by its default, and a wrong content policy by \`off\`. An unknown key has no effect, unless it looks like a content policy
that is misspelt or in the wrong table: then that one counts as \`off\`, and such a \`scrub_patterns\` stops the export. A misspelt
\`content\` withholds all that its table could. An exporter that is misspelt or in the wrong table is an error, as its signal is not
exported. So is one outside of \`[otel]\`, at the top level of the file or in a table with a name such as \`[otle]\`; what else of
\`[otel]\` stands there is a warning. Each is reported with file, line, key, what was found and what is allowed; a key of another table
with the table in which it belongs.
`

const variables = `## Values from outside

In headers and the paths of their files, \`endpoint\`, \`tls\` and \`[otel.resource]\`:

| written | means |
|---|---|
| \`\${VAR}\` | the value of the environment variable without line breaks at its end; one that is empty counts as not set |
| \`\${VAR:-default}\` | the same, or \`default\` when it is not set |
| \`$$\` | a dollar; one that is not followed by \`{\` or \`$\` stands for itself, too |

When a variable is not set, that header or attribute is left out with a warning that names it; an endpoint turns its
exporter off. The text \`\${VAR}\` itself is never sent. Values of headers, passwords in URLs and patterns appear in no
message. Variables that a header refers to, or a URL for more than its host and port, are kept from
the programs that the agent runs.

A header may come from a file or from a program instead: \`{ file = "token" }\`,
\`{ command = ["my-token", "--audience", "otel"], ttl_ms = 300000 }\`.
`

const environment = `## Environment variables

The environment never turns export on: only \`[otel]\` does. Where the file is silent, these count (the signal's own form,
such as \`OTEL_EXPORTER_OTLP_LOGS_ENDPOINT\`, comes before the general one; \`{SIGNAL}\` above stands for \`LOGS\`, \`METRICS\` or \`TRACES\`). A wrong value is reported once and the default used; a wrong endpoint turns its exporter off.

- Headers and certificates from the environment go only to an endpoint from the environment, never to one that the file
  names or to the default one: a token for another backend must not leak. They are not mixed with \`headers\` and \`tls\` of
  the file, either.
- To \`OTEL_EXPORTER_OTLP_ENDPOINT\` the signal's path, such as \`/v1/logs\`, is appended for HTTP; the per-signal form is
  used exactly as it is.
- \`OTEL_RESOURCE_ATTRIBUTES\` adds attributes and overrides none that the file or the library sets.
- \`OTEL_LOGS_EXPORTER\`, \`OTEL_METRICS_EXPORTER\` and \`OTEL_TRACES_EXPORTER\` are not read: they would turn export on.
- \`OTEL_SERVICE_NAME\` is not read: an agent runs in shells where it names another service. Use \`service_name\`.
- \`HTTPS_PROXY\` and \`HTTP_PROXY\` (by the endpoint's scheme; the lower-case spelling first) and \`NO_PROXY\` (hosts with all
  below them, addresses, ranges such as \`10.0.0.0/8\` or \`fd00::/8\`, each with an optional port, or \`*\`) are respected.
  Addresses are compared as addresses, in every spelling; quotes around entries count for nothing; an entry that cannot be read,
  such as a URL, is ignored with a notice. Loopback never goes through a proxy. Proxies other than \`http://\` and \`https://\` are not supported.
`

/** The page `docs/configuration.md`. */
export function configurationReference(): string {
  const parts = [
    introduction,
    table('## `[otel]`', otelKeys),
    ...Object.entries(otelKeys).map(([name, spec]) => subtable(`[otel.${name}]`, spec)),
    ...Object.entries(exporterKeys).map(([kind, keys]) => exporter(kind, keys)),
    table(
      '## `tls`\n\nRelative paths are relative to the directory of `config.toml`, and `~/` is the home directory. `ca_certificate` and the like are accepted, too.',
      tlsKeys,
    ),
    variables,
    table('### A header from a file or a program', headerSourceKeys),
    environment,
    table('### Only from the environment', environmentKeys),
  ]
  return `${parts
    .filter(part => part !== '')
    .map(part => part.trimEnd())
    .join('\n\n')}\n`
}

function subtable(name: string, spec: KeySpec): string {
  return spec.type === 'table' ? table(`## \`${name}\`\n\n${spec.doc}`, spec.keys) : ''
}

function exporter(kind: string, keys: Keys): string {
  const doc: string | undefined = (exporterDocs as Readonly<Record<string, string>>)[kind]
  const heading = doc === undefined ? `## \`${kind}\`` : `## \`${kind}\`\n\n${doc}`
  return Object.keys(keys).length === 0 ? heading : table(heading, keys)
}

function table(heading: string, keys: Keys): string {
  const rows = Object.entries(keys).map(([key, spec]) => {
    const cells = [`\`${key}\``, toCell(describeAllowed(spec)), defaultOf(spec), text(spec)]
    return `| ${cells.join(' | ')} |`
  })
  return `${heading}\n\n| key | value | default | |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

function defaultOf(spec: KeySpec): string {
  if (spec.required === true) return 'required'
  if (spec.default === undefined) return spec.defaultDoc ?? ''
  return `\`${JSON.stringify(spec.default)}\``
}

function text(spec: KeySpec): string {
  const names = (spec.env ?? []).map(variable => `\`${variable}\``)
  return `${toCell(spec.doc)}${names.length === 0 ? '' : ` Environment: ${names.join(', ')}.`}`
}

function toCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
