import { isMainThread } from 'node:worker_threads'
import { logVerbosity, setLogger, setLogVerbosity } from '@grpc/grpc-js'

/** For the whole thread: the library would write to stderr, which belongs to the application. */
export function silenceGrpcLog(): void {
  setLogVerbosity(logVerbosity.NONE)
  setLogger({ error() {}, info() {}, debug() {} })
  // It names IP addresses in the TLS handshake, and Node warns of that (DEP0123) on the stderr of the whole process.
  if (!isMainThread) process.noDeprecation = true
}
