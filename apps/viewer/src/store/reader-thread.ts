import { workerData } from 'node:worker_threads'
import { openToRead } from './open-database.ts'
import { readerMethods } from './reader-methods.ts'
import { storeError } from './store-error.ts'
import { answerCalls } from './thread-calls.ts'

// The thread that reads a store's file, and is ended in the middle of what takes too long.
const { path } = workerData as { path: string }
answerCalls(readerMethods(openToRead(path)), error => storeError(path, error))
