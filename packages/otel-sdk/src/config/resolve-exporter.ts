import { resolve } from 'node:path'
import type { Signal } from '../catalogue/signals.ts'
import { isAllowed } from './check-value.ts'
import { describeAllowed, describeHidden, describeName, maskUrl, quote } from './describe-value.ts'
import type { OtlpExporterConfig, TlsConfig } from './effective-config.ts'
import type { WrittenExporter } from './normalize-exporter.ts'
import { chooseProxy } from './proxy.ts'
import type { Table } from './read-table.ts'
import type { Origin, Path, Resolution } from './resolution.ts'
import { type Endpoint, resolveEndpoint, warnAboutEndpoint } from './resolve-endpoint.ts'
import { headersFromEnvironment, headersFromFile, noHeaders, type ResolvedHeaders } from './resolve-headers.ts'
import { type ResolvedPath, resolvePath } from './resolve-path.ts'
import { exporterKeys, type KeySpec, type OtlpKind, tlsKeys } from './schema.ts'
import { Section } from './section.ts'
import { firstVariable } from './standard-variables.ts'

/** A collector as the destination of a signal; `undefined` when something about it is wrong. */
export function resolveExporter(
  resolution: Resolution,
  signal: Signal,
  written: WrittenExporter<OtlpKind>,
  root: Section,
): OtlpExporterConfig | undefined {
  const { kind, settings, path } = written
  const keys = exporterKeys[kind]
  const mark = resolution.settings.length
  const section = new Section({ resolution, keys, table: settings, path, off: signal.off })
  const endpoint = keys.endpoint && resolveEndpoint(resolution, kind, section, keys.endpoint, signal)
  const fromEnvironment = endpoint?.origin.from === 'environment'
  const headers = resolveHeaders(resolution, signal, written, section, fromEnvironment)
  if (endpoint !== undefined) resolution.setting([...path, 'endpoint'], endpoint.shown, endpoint.origin)
  const protocol = kind === 'otlp-http' ? section.effective<string>('protocol') : 'grpc'
  const headersHelper = resolveHeadersHelper(resolution, section, root)
  const compression = section.effective<'none' | 'gzip'>('compression', signal)
  const timeoutMs = section.effective<number>('timeout_ms', signal)
  const tls = resolveTls(resolution, signal, section, fromEnvironment)
  if (section.failed || endpoint === undefined || headers === undefined || tls === 'failed') {
    resolution.settings.length = mark
    return undefined
  }
  for (const header of headers.headers) resolution.setting(header.path, { shown: header.shown }, header.origin)
  // Whatever its name, a header is there because the receiver asks for it: as a rule it tells who is sending.
  const credential = headers.headers[0]?.header.name
  warnAboutEndpoint(resolution, endpoint, section, {
    kind,
    signal,
    hasTls: section.has('tls') && tls !== undefined,
    credential:
      credential === undefined ? headersHelper && 'what headers_helper prints' : `the header ${quote(credential)}`,
  })
  const proxy = resolveProxy(resolution, endpoint, [...path, 'proxy'])
  return {
    protocol: protocol === 'grpc' ? 'grpc' : protocol === 'json' ? 'http/json' : 'http/protobuf',
    endpoint: endpoint.url,
    ...(endpoint.shown.includes('${') ? { shownEndpoint: endpoint.shown, endpointSecrets: endpoint.secrets } : {}),
    ...(endpoint.origin.from === 'environment' ? { endpointVariable: endpoint.origin.variable } : {}),
    headers: headers.headers.map(({ header }) => header),
    ...(headers.leftOut.length === 0 ? {} : { leftOutHeaders: headers.leftOut }),
    ...(headersHelper === undefined ? {} : { headersHelper }),
    compression,
    timeoutMs,
    tls,
    ...(proxy === undefined ? {} : { proxy }),
  }
}

function resolveHeaders(
  resolution: Resolution,
  signal: Signal,
  written: WrittenExporter<OtlpKind>,
  section: Section,
  fromEnvironment: boolean,
): ResolvedHeaders | undefined {
  const context = { resolution, kind: written.kind, signal }
  if (section.has('headers')) return headersFromFile(context, section)
  const spec = exporterKeys[written.kind].headers
  // Never to an endpoint that the file names: the user's token for another backend must not travel there.
  if (!fromEnvironment || spec === undefined) return noHeaders
  return headersFromEnvironment(context, spec, section.pathOf('headers'))
}

/** The exporter's own helper, else that of `[otel]`. The command itself may hold a secret: it is not shown. */
function resolveHeadersHelper(
  resolution: Resolution,
  section: Section,
  root: Section,
): OtlpExporterConfig['headersHelper'] {
  const key = 'headers_helper'
  const owner = section.has(key) ? section : root
  const command = owner.get<string>(key)
  if (command === undefined) return undefined
  resolution.setting([...section.path, key], { shown: '(hidden)' }, resolution.origin(owner.pathOf(key)))
  const interval = 'headers_helper_refresh_interval_ms'
  return { command, refreshMs: (section.has(interval) ? section : root).effective<number>(interval) }
}

function resolveTls(
  resolution: Resolution,
  signal: Signal,
  exporter: Section,
  fromEnvironment: boolean,
): TlsConfig | 'failed' | undefined {
  const table = exporter.get<Table>('tls')
  if (table === undefined && !fromEnvironment) return undefined
  const path = exporter.pathOf('tls')
  const section = new Section({ resolution, keys: tlsKeys, table: table ?? new Map(), path, off: signal.off })
  if (section.failed) return 'failed'
  const files = new Map<string, string>()
  const shown: Record<string, string> = {}
  for (const [key, spec] of Object.entries(tlsKeys)) {
    const file = section.has(key)
      ? certificateFromFile(resolution, signal, section, key)
      : table === undefined && fromEnvironment
        ? certificateFromEnvironment(resolution, signal, spec)
        : undefined
    if (file === undefined) continue
    if (file === 'failed') return 'failed'
    files.set(key, file.absolute)
    if (file.shown !== file.absolute) shown[file.absolute] = file.shown
    resolution.setting([...path, key], file.shown, file.origin)
  }
  if (files.size === 0) return undefined
  if (files.has('client-certificate') !== files.has('client-private-key')) {
    const [there, missing] = files.has('client-certificate')
      ? ['client-certificate', 'client-private-key']
      : ['client-private-key', 'client-certificate']
    resolution.report('error', path, {
      found: `${there} without ${missing}`,
      allowed: 'both or none',
      consequence: signal.off,
    })
    return 'failed'
  }
  return {
    caCertificate: files.get('ca-certificate'),
    clientCertificate: files.get('client-certificate'),
    clientPrivateKey: files.get('client-private-key'),
    ...(Object.keys(shown).length === 0 ? {} : { shown }),
  }
}

function certificateFromFile(
  resolution: Resolution,
  signal: Signal,
  section: Section,
  key: string,
): (ResolvedPath & { origin: Origin }) | 'failed' {
  const path = section.pathOf(key)
  const file = resolvePath(section.get<string>(key) ?? '', resolution.input)
  if ('absolute' in file) return { ...file, origin: resolution.origin(path) }
  resolution.report('error', path, { ...file, consequence: signal.off })
  return 'failed'
}

function certificateFromEnvironment(
  resolution: Resolution,
  signal: Signal,
  spec: KeySpec,
): (ResolvedPath & { origin: Origin }) | 'failed' | undefined {
  const set = firstVariable(resolution, spec, signal)
  if (set === undefined) return undefined
  const { value, variable } = set
  if (isAllowed(spec, value)) {
    const absolute = resolve(value)
    return { absolute, shown: absolute, origin: { from: 'environment', variable } }
  }
  const details = { found: describeHidden(value), allowed: describeAllowed(spec), consequence: signal.off }
  resolution.reportVariable('error', variable, details)
  return 'failed'
}

function resolveProxy(resolution: Resolution, endpoint: Endpoint, path: Path): string | undefined {
  const proxy = chooseProxy(endpoint.url, resolution.input.env, (entry, variable) =>
    resolution.reportVariable('notice', variable, {
      found: `the entry ${describeName(entry)}`,
      allowed: 'host names, addresses and ranges such as 10.0.0.0/8 or fd00::/8, each with an optional port, or *',
      consequence: 'it is ignored, the others count',
    }),
  )
  if (proxy === undefined) return undefined
  if ('invalid' in proxy) {
    resolution.reportVariable('warning', proxy.invalid, {
      found: 'a value (hidden)',
      allowed: 'the http:// or https:// URL of a proxy',
      consequence: 'no proxy is used',
    })
    return undefined
  }
  resolution.setting(path, maskUrl(proxy.url), { from: 'environment', variable: proxy.variable })
  return proxy.url
}
