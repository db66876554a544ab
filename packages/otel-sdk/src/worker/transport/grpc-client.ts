import { createSecureContext } from 'node:tls'
import { type ChannelOptions, Client, compressionAlgorithms, connectivityState, credentials } from '@grpc/grpc-js'
import { trackGrpcConnections } from './grpc-connections.ts'
import { openProxyTunnel } from './proxy-tunnel.ts'
import { silenceGrpcLog } from './silence-grpc-log.ts'
import type { TlsMaterial } from './tls-files.ts'
import { hostAndPort } from './url-parts.ts'

export interface GrpcClientOptions {
  url: URL
  proxy: URL | undefined
  tls: TlsMaterial
  gzip: boolean
  userAgent: string
  maxAnswerBytes: number
}

export interface GrpcClient {
  client: Client
  /** What the last attempt to connect failed with, where the library's words say less. */
  readonly connectError: Error | undefined
  /** Lets calls on a connection that works come to their end; what still connects is ended. */
  close(): void
}

/** A client for one destination, with the certificates that it has now. Connects with the first call. */
export function createGrpcClient(options: GrpcClientOptions): GrpcClient {
  silenceGrpcLog()
  const { url, proxy, tls } = options
  const secure = url.protocol === 'https:'
  // A context of our own, because the library would read authorities and ciphers from the environment.
  const channelCredentials = secure
    ? credentials.createFromSecureContext(createSecureContext({ ...tls }), { rejectUnauthorized: true })
    : credentials.createInsecure()
  const end = new AbortController()
  const connections = trackGrpcConnections(channelCredentials, async socket =>
    proxy === undefined ? socket : openProxyTunnel(proxy, authority(url), { socket, signal: end.signal }),
  )
  const client = new Client(`dns:${authority(proxy ?? url)}`, channelCredentials, channelOptions(options))
  return {
    client,
    get connectError() {
      return connections.lastError
    },
    close() {
      const ready = client.getChannel().getConnectivityState(false) === connectivityState.READY
      client.close()
      end.abort()
      if (!ready) connections.destroy()
    },
  }
}

function channelOptions({ url, proxy, gzip, userAgent, maxAnswerBytes }: GrpcClientOptions): ChannelOptions {
  return {
    'grpc.primary_user_agent': userAgent,
    'grpc.max_receive_message_length': maxAnswerBytes,
    'grpc.max_send_message_length': -1,
    // The delivery decides on retries. The library hardly backs off by itself, so that each attempt does connect.
    'grpc.enable_retries': 0,
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 1_000,
    // No TXT look-ups for a service configuration, no statistics, no sharing of connections between destinations.
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_channelz': 0,
    'grpc.use_local_subchannel_pool': 1,
    // The configuration alone names a proxy, never the environment.
    'grpc.enable_http_proxy': 0,
    'grpc.default_authority': authority(url),
    // The address is the proxy's, the certificate the receiver's.
    ...(proxy === undefined ? {} : { 'grpc.ssl_target_name_override': hostAndPort(url).host }),
    ...(gzip ? { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip } : {}),
  }
}

/** `host:port`, with the brackets of an IPv6 address. */
function authority(url: URL): string {
  return `${url.hostname}:${hostAndPort(url).port}`
}
