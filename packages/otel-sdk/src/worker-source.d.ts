/** The bundled code of the worker, made by `scripts/build-worker.ts`; gRPC is in it only when asked for. */
export function workerSource(parts: { grpc: boolean }): string
