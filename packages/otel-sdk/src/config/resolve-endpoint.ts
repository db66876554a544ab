import type { Signal } from '../catalogue/signals.ts'
import { describeAllowed, describeHidden, formatKey, maskUrl, quote } from './describe-value.ts'
import { expandText, reference, variableValue } from './expand-variables.ts'
import { isLoopback } from './loopback.ts'
import type { Mistake, Origin, Resolution } from './resolution.ts'
import type { KeySpec, OtlpKind } from './schema.ts'
import type { Section } from './section.ts'
import { firstVariable } from './standard-variables.ts'

export interface Endpoint {
  url: string
  /** The same without anything that may be a secret. */
  shown: string
  /** The values that variables put behind its host. */
  secrets?: readonly string[]
  origin: Origin
}

const local: Readonly<Record<OtlpKind, string>> = {
  'otlp-http': 'http://localhost:4318',
  'otlp-grpc': 'http://localhost:4317',
}

/** The endpoint from the file, else from the environment, else the standard local one; `undefined` if it is wrong. */
export function resolveEndpoint(
  resolution: Resolution,
  kind: OtlpKind,
  section: Section,
  spec: KeySpec,
  signal: Signal,
): Endpoint | undefined {
  const written = section.get<string>('endpoint')
  if (written !== undefined) return endpointFromFile(resolution, kind, section, written, signal)
  const path = kind === 'otlp-http' ? `/v1/${signal.name}` : ''
  const set = firstVariable(resolution, spec, signal)
  if (set !== undefined) {
    const isOwn = set.variable.includes(signal.variable)
    const url = isOwn ? set.value : appendPath(set.value, path)
    if (isEndpoint(set.value)) {
      const { variable } = set
      return { url, shown: maskUrl(url), origin: { from: 'environment', variable } }
    }
    // The standard address in its place would be a receiver that the configuration does not name.
    resolution.reportVariable('error', set.variable, {
      found: describeHidden(set.value),
      allowed: describeAllowed(spec),
      consequence: signal.off,
    })
    return undefined
  }
  const url = local[kind] + path
  return { url, shown: url, origin: { from: 'default' } }
}

function endpointFromFile(
  resolution: Resolution,
  kind: OtlpKind,
  section: Section,
  written: string,
  signal: Signal,
): Endpoint | undefined {
  const path = section.pathOf('endpoint')
  const { env } = resolution.input
  const shown = maskUrl(written)
  const wrong = (mistake: Mistake): undefined =>
    void resolution.report('error', path, { ...mistake, consequence: signal.off })
  const expanded = expandText(written, env, quote(shown))
  if ('found' in expanded) return wrong(expanded)
  const { value, variables } = expanded
  if (!isEndpoint(value)) {
    const example = kind === 'otlp-grpc' ? 'otel.example.com:4317' : `otel.example.com:4318/v1/${signal.name}`
    return wrong({ found: quote(shown), allowed: `an http:// or https:// URL, such as "https://${example}"` })
  }
  // What a variable put into the URL may be a token: only what the file says is shown.
  const secrets: string[] = []
  const { origin } = new URL(value)
  for (const variable of variables) {
    const text = variableValue(env, variable) ?? ''
    // A host or a port is no secret, and child processes may need the variable.
    if (origin.includes(text.replace(/(?<!\/)\/+$/, ''))) continue
    secrets.push(text)
    resolution.secretVariables.add(variable)
  }
  return { url: value, shown, secrets, origin: resolution.origin(path) }
}

/** Whether a text can be used as it is: `URL` itself would drop white space without a word. */
function isEndpoint(text: string): boolean {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false
  return new URL(text).port !== '0'
}

function appendPath(base: string, path: string): string {
  if (path === '' || !URL.canParse(base)) return base
  const url = new URL(base)
  url.pathname = url.pathname.replace(/(?<!\/)\/+$/, '') + path
  return url.href
}

/** What behind the host may be a key: some receivers take one there. */
function credentialIn({ url, secrets = [] }: Endpoint): string | undefined {
  if (new URL(url).search !== '') return 'the query'
  return secrets.length === 0 ? undefined : 'the value of a variable'
}

/** Warns of what works but should not be: an endpoint that is probably misspelt, credentials in a URL, certificates where there is no TLS, a path for gRPC. */
export function warnAboutEndpoint(
  resolution: Resolution,
  endpoint: Endpoint,
  section: Section,
  details: { kind: OtlpKind; signal: Signal; hasTls: boolean; credential: string | undefined },
): void {
  if (!section.has('endpoint') && (section.resembled.has(undefined) || section.resembled.has('endpoint'))) {
    resolution.report('warning', section.pathOf('endpoint'), {
      found: 'none, beside an unknown key',
      allowed: 'endpoint = "..."',
      consequence: `${details.signal.name} go to ${quote(endpoint.shown)}`,
    })
  }
  const url = new URL(endpoint.url)
  const inUrl = url.username !== '' || url.password !== ''
  const isPlain = url.protocol === 'https:' && !inUrl
  if (isPlain && details.kind === 'otlp-http') return
  const warn = (found: string, allowed: string, consequence: string) => {
    const problem = { found, allowed, consequence }
    if (endpoint.origin.from !== 'environment') resolution.report('warning', section.pathOf('endpoint'), problem)
    else resolution.reportVariable('warning', endpoint.origin.variable, problem)
  }
  if (inUrl) {
    warn(
      `credentials in the URL ${quote(endpoint.shown)}`,
      `a URL without them, and a header such as authorization = "Bearer ${reference('TOKEN')}"`,
      'they may show up in the logs of proxies and servers',
    )
  }
  const credential = inUrl ? 'the credentials in the URL' : (details.credential ?? credentialIn(endpoint))
  if (credential !== undefined && url.protocol === 'http:' && !isLoopback(url)) {
    warn(
      `${quote(endpoint.shown)}, where ${credential} would be sent in clear text`,
      'an https:// URL, or a host on this machine',
      'it is sent all the same, and everybody on the way can read it',
    )
  }
  if (details.hasTls && url.protocol === 'http:') {
    warn(quote(endpoint.shown), 'an https:// URL', `the certificates of ${formatKey(section.path)}.tls have no effect`)
  }
  if (details.kind === 'otlp-grpc' && url.pathname !== '/') {
    warn(
      `the path ${quote(maskUrl(`http://x${url.pathname}`).slice('http://x'.length))}`,
      'a URL without a path, such as "https://otel.example.com:4317"',
      'gRPC has a path of its own: this one has no effect',
    )
  }
}
