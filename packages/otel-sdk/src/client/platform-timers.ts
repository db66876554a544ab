/*
 * The platform's timers as they are when this module is loaded. Tests of applications replace the global ones by timers
 * that only run on demand; events would then wait for ever.
 */
export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate
export const setTimeout: typeof globalThis.setTimeout = globalThis.setTimeout
export const clearTimeout: typeof globalThis.clearTimeout = globalThis.clearTimeout
export const queueMicrotask: typeof globalThis.queueMicrotask = globalThis.queueMicrotask
