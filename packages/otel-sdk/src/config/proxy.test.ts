import { expect, test } from 'vitest'
import { chooseProxy } from './proxy.ts'

const proxy = 'http://proxy.example.com:3128/'

test.each([
  ['https://a.example.com', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
  ['https://a.example.com', { https_proxy: proxy, HTTPS_PROXY: 'http://other' }, 'https_proxy'],
  ['https://a.example.com', { https_proxy: '', HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
  ['http://a.example.com', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
  ['http://a.example.com', { http_proxy: proxy, REQUEST_METHOD: 'GET' }, 'http_proxy'],
  ['https://a.example.com', { HTTPS_PROXY: 'proxy.example.com:3128' }, 'HTTPS_PROXY'],
])('%s with %j goes through the proxy', (endpoint, env, variable) => {
  expect(chooseProxy(endpoint, env)).toEqual({ url: proxy, variable })
})

test.each([
  ['https://a.example.com', { HTTP_PROXY: proxy }],
  ['http://a.example.com', { HTTPS_PROXY: proxy }],
  ['http://a.example.com', { HTTP_PROXY: proxy, REQUEST_METHOD: 'GET' }],
  ['http://localhost:4318', { HTTP_PROXY: proxy }],
  ['http://collector.localhost', { HTTP_PROXY: proxy }],
  ['http://127.0.0.1:4318', { HTTP_PROXY: proxy }],
  ['http://127.1', { HTTP_PROXY: proxy }],
  ['http://[::1]:4318', { HTTP_PROXY: proxy }],
  ['http://[::ffff:127.0.0.1]', { HTTP_PROXY: proxy }],
])('%s with %j goes straight', (endpoint, env) => {
  expect(chooseProxy(endpoint, env)).toBeUndefined()
})

test.each([
  ['https://a.example.com', '*', true],
  ['https://a.example.com', 'example.com', true],
  ['https://a.example.com', '.example.com', true],
  ['https://a.example.com', '*.example.com', true],
  ['https://A.Example.com.', 'a.example.COM', true],
  ['https://a.example.com', 'x, a.example.com ,y', true],
  ['https://a.example.com', 'ample.com', false],
  ['https://a.example.com', 'a.example.com.org', false],
  ['https://a.example.com', '', false],
  ['https://a.example.com', 'a.example.com:443', true],
  ['https://a.example.com:4318', 'a.example.com:4318', true],
  ['https://a.example.com:4318', 'a.example.com:443', false],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://10.1.2.3', '10.0.0.0/99', false],
  ['https://10.1.2.3', '2.3', false],
  ['https://[fd00::1]', 'fd00::/8', true],
  ['https://[fd00::1]:4317', '[fd00::1]:4317', true],
  ['https://[fd00::1]', 'fd00::1', true],
  ['https://a.example.com', '10.0.0.0/8', false],
  ['http://[2001:db8::1]:4318', '2001:0db8::1', true],
  ['http://[2001:db8::1]', '2001:DB8:0:0:0:0:0:1', true],
  ['http://[2001:db8::1]', '[2001:0db8:0000::0001]', true],
  ['http://[2001:db8::1]:4318', '[2001:0db8::1]:4318', true],
  ['http://[2001:db8::1]:4318', '[2001:0db8::1]:4317', false],
  ['http://[2001:db8::1]', '2001:0db8::2', false],
  ['http://[2001:db8:5::1]', '2001:0DB8::/32', true],
  ['http://[2001:db9::1]', '2001:0db8::/32', false],
  ['http://[2001:db8::1]', '[2001:db8::]/32', true],
  ['http://[2001:db8::1]:4318', '[2001:db8::/32]:4318', true],
  ['http://[2001:db8::1]', '2001:db8::/129', false],
  ['http://[::ffff:10.1.2.3]', '10.1.2.3', true],
  ['http://[::ffff:10.1.2.3]', '10.0.0.0/8', true],
  ['http://10.1.2.3', '::ffff:10.1.2.3', true],
  ['http://10.1.2.3', '::ffff:0a01:0203', true],
  ['http://10.1.2.3', '::ffff:10.0.0.0/104', true],
  ['http://11.1.2.3', '::ffff:10.0.0.0/104', false],
  ['http://10.1.2.3', '::/0', false],
  ['http://[fd00::1]', '0.0.0.0/0', false],
  ['http://[fe80::1]', 'fe80::1%eth0', true],
  ['http://[fe80::1]', '[fe80::1%25eth0]', true],
  ['http://10.1.2.3:4318', '10.0.0.0/8:4318', true],
  ['http://10.1.2.3:4318', '10.1.2.3:4317', false],
  ['https://a.example.com', 'EXAMPLE.com.', true],
  ['https://a.example.com.', '.example.com.', true],
  ['https://a.example.com', '..example.com', false],
  ['https://a.example.com', '.', false],
  ['https://a.example.com', '*.', false],
  ['https://a.example.com', 'a.*', false],
  ['https://a.example.com', 'https://a.example.com', false],
  ['http://10.0.0.1', '10.1', false],
  ['http://10.0.0.1', '/8', false],
  ['http://a.example.com', '"a.example.com"', true],
  ['http://a.example.com', "'.example.com'", true],
  ['http://a.example.com', '"x, example.com"', true],
  ['http://a.example.com', "'*'", true],
  ['http://10.1.2.3', '"10.0.0.0/8"', true],
  ['http://[fd00::1]', '"[fd00::1]"', true],
  ['http://a.example.com', '""', false],
  ['http://10.1.2.3', '10.1.2.3.', true],
  ['http://10.1.2.3.', '10.1.2.3', true],
  ['http://10.1.2.3:4318', '10.1.2.3.:4318', true],
  ['http://10.1.2.3', '10.1.2.3..', false],
  ['http://a.example.com', '*:80', true],
  ['https://a.example.com', '*:443', true],
  ['http://[fd00::1]:4318', '*:4318', true],
  ['http://a.example.com', '*:81', false],
  ['http://a.example.com', '*/8', false],
])('%s with NO_PROXY=%j: straight is %s', (endpoint, list, straight) => {
  const chosen = [{ NO_PROXY: list }, { no_proxy: list }].map(env =>
    chooseProxy(endpoint, { ...env, HTTP_PROXY: proxy, HTTPS_PROXY: proxy }),
  )
  expect(chosen.map(choice => choice === undefined)).toEqual([straight, straight])
})

test.each(['socks5://proxy', 'http://', 'http://a b'])('%j is not the URL of an HTTP proxy', url => {
  expect(chooseProxy('https://a', { HTTPS_PROXY: url })).toEqual({ invalid: 'HTTPS_PROXY' })
})

const ENTRIES = [
  ...['10.0.0.0/99', '2001:db8::/129', '[x]', 'a:99999', '10.1', '10/8', '10.*', '10.', '1.2.3.4..', '1.2.3.4-1.2.3.9'],
  ...[
    'https://b',
    'http://a.example.com:4318',
    'b/',
    'b:',
    'b:0',
    ':80',
    '*:0',
    '*:x',
    '*b',
    'b.*',
    '**.b',
    '.',
    '*.',
    '..b',
  ],
  ...[
    'b"c',
    "b'c",
    'b;c',
    'b|c',
    'b&c',
    '(b)',
    '{b}',
    '$b',
    '`b`',
    '!b',
    '~b',
    'b=c',
    'b+c',
    '<local>',
    '@b',
    'b%c',
    'b\\c',
  ],
]

test('an entry of NO_PROXY that cannot be read is named, and the others count', () => {
  const malformed: string[][] = []
  const list = `${ENTRIES.join()},example.com`
  const chosen = chooseProxy('https://a.example.com', { HTTPS_PROXY: proxy, NO_PROXY: list }, (entry, variable) =>
    malformed.push([variable, entry]),
  )
  expect(chosen).toBeUndefined()
  expect(malformed).toEqual(ENTRIES.map(entry => ['NO_PROXY', entry]))
})
