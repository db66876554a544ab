/** A text of Latin-1 that is compressed by Brotli and in base64. */
export const inflateText = (text: string): string =>
  process.getBuiltinModule('node:zlib').brotliDecompressSync(Buffer.from(text, 'base64')).toString('latin1')
