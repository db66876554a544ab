import { createTelemetry } from '#telemetry'

const telemetry = createTelemetry({ config: undefined, codexHome: '/home/me/.my-agent', serviceVersion: '1.0.0' })
const session = telemetry.session({ conversationId: '1', model: 'm', originator: 'my_agent', terminalType: 'none' })
session.startTimer('my_agent.compact.duration_ms')[Symbol.dispose]()
