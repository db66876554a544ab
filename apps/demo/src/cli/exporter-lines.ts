/** The three exporters that send to a receiver of OTLP over HTTP, as lines of the table `[otel]`. */
export const exporterLines = (httpUrl: string): string[] =>
  Object.entries({ exporter: 'logs', metrics_exporter: 'metrics', trace_exporter: 'traces' }).map(
    ([key, path]) => `${key} = { otlp-http = { endpoint = "${httpUrl}/v1/${path}", protocol = "binary" } }`,
  )
