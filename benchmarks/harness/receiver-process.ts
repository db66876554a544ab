import { type Retain, startReceiver } from '@codex/otlp-receiver'

/*
 * The receiver in a process of its own, so that no contender pays for it. The parent sends its commands over IPC, and
 * the receiver ends with its parent.
 */
export type ReceiverCommand = 'reset' | 'counts' | 'records'

const [retain, port] = process.argv.slice(2)
const receiver = await startReceiver({ retain: retain as Retain, httpPort: Number(port) })

const answer = (command: ReceiverCommand): unknown => {
  switch (command) {
    case 'reset':
      receiver.reset()
      return {}
    case 'counts':
      return { records: receiver.counts.logs, requests: receiver.requests.length }
    case 'records': {
      const bytes = receiver.requests.reduce((sum, request) => sum + request.body.length, 0)
      return {
        bytes,
        records: receiver.logs.map(log => ({
          eventName: log.eventName,
          attributes: { ...log.resource.attributes, ...log.attributes },
        })),
      }
    }
  }
}

process.on('message', ({ id, command }: { id: number; command: ReceiverCommand }) =>
  process.send?.({ id, result: answer(command) }),
)
process.on('disconnect', () => process.exit())
process.send?.({ endpoint: receiver.logsUrl })
