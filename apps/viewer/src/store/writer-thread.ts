import { workerData } from 'node:worker_threads'
import { openToWrite } from './open-database.ts'
import { storeError } from './store-error.ts'
import { answerCalls } from './thread-calls.ts'
import { writerMethods } from './writer-methods.ts'

// The thread that alone writes into a store's file.
const { path, content } = workerData as { path: string; content: boolean }
answerCalls(writerMethods(openToWrite(path), content), error => storeError(path, error))
