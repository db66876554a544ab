/** The bundled code of the worker, made by `scripts/build-worker.ts`. */
export type PartName = 'main' | 'metrics' | 'patterns' | 'operation' | 'grpc'
/** `main` as it is, the others deflated and in base64. */
export const parts: Readonly<Record<PartName, string>>
/** The modules of Node's that the parts may require. */
export const builtins: readonly string[]
