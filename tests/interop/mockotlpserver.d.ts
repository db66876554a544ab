// As much as is used here: the package has no types of its own.
declare module '@elastic/mockotlpserver' {
  export class MockOtlpServer {
    constructor(options: {
      services: ('http' | 'grpc')[]
      httpHostname: string
      httpPort: number
      grpcHostname: string
      grpcPort: number
      logLevel: 'warn'
      /** Called with each request for logs, as the decoder of its transport gives it. */
      onLogs(request: unknown): void
    })
    readonly httpUrl: URL
    readonly grpcUrl: URL
    start(): Promise<void>
    close(): Promise<void>
  }
}
