import { COMMAND_KINDS } from './command-corpus.ts'
import { DATA_KINDS } from './data-corpus.ts'
import { body, HEX, invented, join, type SecretCase, secret } from './secret-case.ts'

const uuid = '0193f0a2-7c1b-4d43-9f2e-4b8a6c0d1e2f'
const base64 = (text: string) => Buffer.from(text).toString('base64')
const pem = `${join('-----BE', 'GIN PRI')}${join('VATE', ' KEY-----')}\n${body(64)}\n${body(40)}\n${join('-----E', 'ND PRI')}${join('VATE', ' KEY-----')}\n`

const AUTHORIZATION: readonly SecretCase[] = [
  secret('authorization', uuid, value => `curl -H "Authorization: Splunk ${value}" https://splunk.example.com`),
  secret('authorization', uuid, value => `curl -H 'Authorization: GenieKey ${value}' https://api.example.com`),
  secret('authorization', 'abcdefgh', value => `{"Authorization":"GenieKey ${value}"}`),
  secret('authorization', 'abc123defg', value => `Authorization: Custom ${value}`),
  secret('authorization', 'abc123defg', value => `headers: { 'Authorization': 'Custom-Scheme ${value}' }`),
  secret('authorization', 'abc123defg', value => `request.Header.Set("Authorization", "SSWS ${value}")`),
  secret('authorization', 'abc123defg', value => `xhr.setRequestHeader('Authorization', 'Foo ${value}')`),
  secret('authorization', 'abcdefghijklmn', value => `-H "Proxy-Authorization: Foo ${value}"`),
  secret('authorization', 'abc123defg', value => `authorization=Foo%20${value}`),
  secret('authorization', 'token="abc123", email="me"', value => `Authorization: Token ${value}`),
  secret('authorization', 'username="me", response="0123abcd"', value => `-H 'Authorization: Digest ${value}'`),
  secret(
    'authorization',
    'Credential=x/y, SignedHeaders=host, Signature=0123abcd',
    value => `-H "Authorization: AWS4-HMAC-SHA256 ${value}" x`,
  ),
  secret('authorization', 'abc123defg', value => `git config http.extraheader "AUTHORIZATION: foo ${value}"`),
  secret('authorization', 'abc123defg', value => `Authorization:\tSplunk\t${value}`),
  secret('authorization', 'abc123defg', value => JSON.stringify({ out: `Authorization:\tFoo\t${value}` })),
  secret('authorization', 'abc123defg', value => `Authorization: Splunk\r\n ${value}\r\nAccept: a\r\n`),
  secret('authorization', 'abc123defg', value => `Authorization:\r\n Bearer ${value}\r\n`),
  secret('authorization', 'abc123defg', value => JSON.stringify({ out: `Authorization: Bearer\r\n\t${value}\r\n` })),
  secret(
    'authorization',
    'id="dh37", ts="1353832234", nonce="j4h3g2", mac="6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE="',
    value => `Authorization: Hawk ${value}`,
  ),
  secret(
    'authorization',
    'keyId="a",signature="dGhlIHNpZ25hdHVyZQ=="',
    value => `-H 'Authorization: Signature ${value}'`,
  ),
  secret('authorization', 'abc123defg', value => `headers = {'Authorization': 'GenieKey ' + '${value}'}`),
  secret('authorization', 'abcdefgh', value => `req.setRequestHeader("Authorization", "Bearer " + "${value}")`),
  secret(
    'authorization',
    'abc123defg',
    value => `curl --header=Authorization:\\ Splunk\\ ${value} https://x.example.com`,
  ),
  secret('key', 'abc123', value => `curl -H X-Api-Key:\\ ${value} https://x.example.com`),
]

const HEADERS: readonly SecretCase[] = [
  'x-honeycomb-team',
  'api-key',
  'dd-api-key',
  'x-api-key',
  'X-Insert-Key',
  'signoz-ingestion-key',
  'x-foo-key',
]
  .flatMap(name => [
    secret('key', 'abc123', value => `${name}: ${value}`),
    secret('key', 'abcdef', value => `{"${name}": "${value}"}`),
    secret('key', 'abcdef', value => `curl -H '${name}: ${value}' https://example.com`),
    secret('key', 'abcdef', value => JSON.stringify({ cmd: `curl -H "${name}: ${value}" https://example.com` })),
    secret('key', 'abc123', value => `OTEL_EXPORTER_OTLP_HEADERS=${name}=${value},x=1`),
    secret('key', 'abc123', value => `OTEL_EXPORTER_OTLP_HEADERS="a=b,${name}=${value}"`),
    secret('key', 'abc123', value => `headers.set('${name}', '${value}')`),
  ])
  .concat(
    ['lightstep-access-token', 'x-auth-token', 'x-foo-token', 'Private-Token'].flatMap(name => [
      secret('token', 'abc123', value => `${name}: ${value}`),
      secret('token', 'abcdef', value => `-H "${name}: ${value}"`),
    ]),
    [secret('credential', 'abc123', value => `X-Foo-Auth: ${value}`)],
  )

const FILES: readonly SecretCase[] = [
  secret(
    'private-key',
    `${body(64)}\n${body(48)}=\nPrivate-MAC: ${invented(64, HEX)}`,
    value =>
      `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 1\nAAAAC3NzaC1lZDI1NTE5AAAA\nPrivate-Lines: 2\n${value}\n`,
  ),
  secret('private-key', `${body(64)}\\r\\n${body(48)}=`, value => `{"output":"Private-Lines: 2\\r\\n${value}\\r\\n"}`),
  secret('private-key', base64(pem), value => `data: ${value}`),
  secret('private-key', base64(`\n${pem}`), value => `x=${value}`),
  secret('private-key', base64(`ab${pem}`), value => `client-key-data: ${value}\n`),
  secret('private-key', base64(pem).replace(/.{76}/g, '$&\n'), value => `$ base64 key.pem\n${value}\n`),
]

const WEBHOOKS: readonly SecretCase[] = [
  secret('webhook', uuid, value => `https://qyapi.example.com/cgi-bin/webhook/send?key=${value}`),
  secret(
    'webhook',
    `${uuid}@${uuid}/IncomingWebhook/${invented(32, HEX)}/${uuid}`,
    value => `https://acme.webhook.office.com/webhookb2/${value}`,
  ),
  secret('webhook', uuid, value => `https://open.feishu.cn/open-apis/bot/v2/hook/${value}`),
  secret('webhook', 'abcd123', value => `https://hooks.zapier.com/hooks/catch/1234567/${value}/`),
  secret(
    'webhook',
    invented(26, 'abcdefghijklmnopqrstuvwxyz0123456789'),
    value => `https://chat.example.com/hooks/${value}`,
  ),
  secret('webhook', uuid, value => `curl -d @x https://n8n.example.com/webhook/${value}`),
  secret('webhook', body(24), value => `https://hook.eu1.make.com/${value}`),
]

/** Credentials that are told by two parts of a text, or by a command. */
export const KINDS: readonly SecretCase[] = [
  ...DATA_KINDS,
  ...AUTHORIZATION,
  ...HEADERS,
  ...COMMAND_KINDS,
  ...FILES,
  ...WEBHOOKS,
]
