/** The bundled code of the worker, made by `scripts/build-worker.ts`. */
export type PartName = 'main' | 'secrets' | 'metrics' | 'traces' | 'local' | 'patterns' | 'operation' | 'grpc'
/** Those that are compressed as what `main` goes on with, in place of its last byte. */
export const afterMain: readonly PartName[]
/** Compressed by Brotli and in base64; the text is Latin-1. */
export const parts: Readonly<Record<PartName, string>>
/** The modules of Node's that the parts may require. */
export const builtins: readonly string[]
