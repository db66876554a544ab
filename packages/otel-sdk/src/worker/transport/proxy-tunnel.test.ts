import { once } from 'node:events'
import net from 'node:net'
import { expect, it } from 'vitest'
import { createSelfSigned } from './certificates.fixture.ts'
import { listen, startProxy, tcpServer } from './loopback.fixture.ts'
import { openProxyTunnel } from './proxy-tunnel.ts'

it('a tunnel uses the connection that its caller has made, and no other', async () => {
  let connections = 0
  const proxy = tcpServer(socket => socket.write('HTTP/1.1 200 OK\r\n\r\nhello'))
  proxy.on('connection', () => connections++)
  const port = await listen(proxy)
  const socket = net.connect(port, '127.0.0.1')
  const tunnel = await openProxyTunnel(new URL(`http://127.0.0.1:${port}`), 'a.example:443', { socket })
  expect(tunnel).toBe(socket)
  expect(connections).toBe(1)
  const [first] = await once(tunnel, 'data')
  expect(String(first), 'what came with the answer is not lost').toBe('hello')
  tunnel.destroy()
})

it('a tunnel refuses a proxy whose certificate does not verify', async () => {
  const proxy = await startProxy({ tls: await createSelfSigned() })
  const tunnel = openProxyTunnel(new URL(`https://127.0.0.1:${proxy.port}`), 'a.example:443', {})
  await expect(tunnel).rejects.toThrow('cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)')
  expect(proxy.requests).toEqual([])
})

it('a tunnel fails when the server that answers is no proxy', async () => {
  const port = await listen(tcpServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))
  const tunnel = openProxyTunnel(new URL(`http://127.0.0.1:${port}`), 'a.example:443', {})
  await expect(tunnel).rejects.toThrow('cannot be reached (HPE_INVALID_CONSTANT)')
})

it('a tunnel does not read an endless answer', async () => {
  const server = tcpServer(socket => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const more = () => {
      while (!socket.destroyed && socket.write(`x: ${'y'.repeat(1_000)}\r\n`));
    }
    socket.on('drain', more)
    more()
  })
  const tunnel = openProxyTunnel(new URL(`http://127.0.0.1:${await listen(server)}`), 'a.example:443', {})
  await expect(tunnel).rejects.toThrow('cannot be reached (HPE_HEADER_OVERFLOW)')
})
