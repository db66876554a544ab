import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What is in use after a garbage collection, in bytes. */
export interface LiveHeap {
  caller: number
  /** Of all worker threads together. */
  workers: number
}

setFlagsFromString('--expose-gc')
export const collectGarbage = runInNewContext('gc') as () => void

/** Looks into this thread and, through the inspector, into the workers that it has started. */
export async function liveHeap(): Promise<LiveHeap> {
  collectGarbage()
  const caller = process.memoryUsage().heapUsed
  const session = new Session()
  session.connect()
  // An idle worker does not hold the process, nor does the inspector.
  const hold = setInterval(() => {}, 1000)
  const attached: string[] = []
  session.on('NodeWorker.attachedToWorker', ({ params }) => attached.push(params.sessionId))
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  let workers = 0
  for (const sessionId of attached) {
    await ask(session, sessionId, 'HeapProfiler.collectGarbage')
    const { usedSize } = await ask<{ usedSize: number }>(session, sessionId, 'Runtime.getHeapUsage')
    workers += usedSize
  }
  clearInterval(hold)
  session.disconnect()
  return { caller, workers }
}

function ask<Result>(session: Session, sessionId: string, method: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    session.once('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { result, error } = JSON.parse(params.message) as { result: Result; error?: { message: string } }
      if (error === undefined) resolve(result)
      else reject(new Error(error.message))
    })
    session
      .post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: 1, method }) })
      .catch(reject)
  })
}
