/** Characters of an invented secret, mixed as a generator would; put together here so that no scanner finds one in the source. */
export function invented(length: number, alphabet = 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYz', seed = 7): string {
  let state = seed
  let text = ''
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    text += alphabet[(state >> 8) % alphabet.length]
  }
  return text
}

const HEX = '0123456789abcdef'
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const body = (length: number) => invented(length)
const join = (...parts: string[]) => parts.join('')

/** A text with a secret in it, the part that must be gone, and the kind that the placeholder names. */
export interface SecretCase {
  kind: string
  text: string
  secret: string
}

function secret(kind: string, value: string, around: (value: string) => string = value => value): SecretCase {
  return { kind, text: around(value), secret: value }
}

const pemBody = Array.from({ length: 6 }, (_, line) => invented(64, undefined, line + 1)).join('\n')
const pem = (label: string) =>
  `${join('-----BE', 'GIN ')}${label}${join('PRIVATE', ' KEY-----')}\n${pemBody}\n${join('-----E', 'ND ')}${label}${join('PRIVATE', ' KEY-----')}`
const jwt = join('ey', 'J', body(20), '.', 'ey', 'J', body(60), '.', body(43))

/** Credentials with a form of their own. */
export const TOKENS: readonly SecretCase[] = [
  secret('openai-key', join('sk', '-', body(48)), value => `key is ${value}.`),
  secret('openai-key', join('sk', '-proj-', body(20), '-', body(20), '_', body(20))),
  secret('openai-key', join('sk', '-', body(32)), value => `{"cmd":"cat <<EOF\\n${value}\\nEOF"}`),
  secret('openai-key', join('sk', '-svcacct-', body(40)), value => `\u001b[32m${value}\u001b[0m`),
  secret('anthropic-key', join('sk', '-ant-', 'api03-', body(90), '-AA')),
  secret('openrouter-key', join('sk', '-or-', 'v1-', invented(64, HEX))),
  secret('google-key', join('AI', 'za', body(35))),
  secret('google-token', join('ya', '29.', body(60))),
  secret('google-key', join('GOC', 'SPX-', body(28))),
  ...['p', 'o', 'u', 's', 'r'].map(letter => secret('github-token', join('gh', letter, '_', body(36)))),
  secret('github-token', join('github', '_pat_', body(22), '_', body(59))),
  secret('gitlab-token', join('gl', 'pat-', body(20)), value => `git clone https://oauth2:${value}`),
  secret('slack-token', join('xo', 'xb-', '123456789012-', body(24))),
  secret('slack-token', join('xa', 'pp-1-', body(40))),
  secret('slack-webhook', join('hooks.sl', 'ack.com/services/T', body(8), '/B', body(8), '/', body(24))),
  secret('npm-token', join('np', 'm_', body(36))),
  secret('pypi-token', join('py', 'pi-AgEI', body(60))),
  secret('docker-token', join('dc', 'kr_pat_', body(27))),
  secret('huggingface-token', join('h', 'f_', body(34))),
  secret('groq-key', join('gs', 'k_', body(52))),
  secret('xai-key', join('x', 'ai-', body(80))),
  secret('perplexity-key', join('pp', 'lx-', body(48))),
  secret('sendgrid-key', join('S', 'G.', body(22), '.', body(43))),
  secret('stripe-key', join('sk', '_live_', body(24))),
  secret('stripe-key', join('rk', '_test_', body(24))),
  secret('stripe-key', join('wh', 'sec_', body(32))),
  secret('digitalocean-token', join('do', 'p_v1_', invented(64, HEX))),
  secret('shopify-token', join('sh', 'pat_', invented(32, HEX))),
  secret('aws-access-key-id', join('AK', 'IA', invented(16, CAPITALS))),
  secret('aws-access-key-id', join('AS', 'IA', invented(16, CAPITALS)), value => `id=${value};`),
  secret(
    'azure-sas',
    join('sig=', body(30), '%2B', body(10), '%3D'),
    value => `https://x.blob.core.windows.net/c?sv=1&${value}`,
  ),
  secret('bearer-token', body(40), value => `sending bearer ${value}`),
  secret('jwt', jwt, value => `token is ${value} now`),
  secret('jwt', jwt.split('.').slice(0, 2).join('.')),
  secret('private-key', pem('')),
  secret('private-key', pem('RSA '), value => `before\n${value}\nafter`),
  secret('private-key', pem('OPENSSH ').replaceAll('\n', '\\n'), value => `{"private": "${value}"}`),
  secret('private-key', pem('EC ').split('\n').slice(0, 4).join('\n'), value => `$ head -4 key.pem\n${value}`),
  secret('private-key', pem('ENCRYPTED ').replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n')),
  secret('private-key', pem('').split('\n').join('\n+ '), value => `@@ -0,0 @@\n+ ${value}\n`),
]

/** Credentials that only their surroundings tell. */
export const ASSIGNMENTS: readonly SecretCase[] = [
  secret('key', 'abc', value => `export API_KEY=${value}`),
  secret('key', 'abc', value => `{"cmd":"export API_KEY=${value}"}`),
  secret('key', 'a"b', value => JSON.stringify({ cmd: `echo '{"api_key": ${JSON.stringify(value)}}'` })),
  secret('key', body(40), value => `AWS_SECRET_ACCESS_KEY=${value}`),
  secret('key', join(body(43), '/', body(42), '=='), value => `AccountName=demo;AccountKey=${value};EndpointSuffix=x`),
  secret('key', 'plainword', value => `const apiKey = '${value}'`),
  secret('key', 'plainword', value => `x-api-key: '${value}'`),
  secret('key', body(20), value => `curl -H 'x-api-key: ${value}' https://example.com`),
  secret('key', body(32), value => `{"key": "${value}"}`),
  secret('token', 'abc123', value => `GITHUB_TOKEN=${value} npm publish`),
  secret('token', 'abc', value => `deploy --token ${value} --yes`),
  secret('token', 'abc', value => `deploy --auth-token=${value}`),
  secret('token', 'abc', value => `{"command":["deploy","--token","${value}"]}`),
  secret('token', 'abcdef', value => `https://example.com/?access_token=${value}&x=1`),
  secret('token', body(24), value => `token: ${value}`),
  secret('token', 'abcd', value => `//packages.example.com/:_authToken=${value}`),
  secret('password', 'hunter2', value => `password: ${value}`),
  secret('password', 'changeme', value => `db:\n  password: ${value}\n  port: 5432`),
  secret('password', 'hunter', value => `mysql --password=${value} -e 'select 1'`),
  secret('password', 'p@ss w0rd', value => `DB_PASSWORD="${value}"`),
  secret('password', 'letmein', value => `"password":"${value}"`),
  secret('password', '12345678', value => `PASSWORD=${value}`),
  secret('password', 'tiger', value => `Server=db;User Id=scott;Password=${value};`),
  secret('secret', 'shhh', value => `CLIENT_SECRET=${value}`),
  secret('secret', 'shhh', value => `client_secret = "${value}"`),
  secret('credential', 'u1:p1', value => `CREDENTIALS='${value}'`),
  secret('authorization', 'dXNlcjpwYXNz', value => `Authorization: Basic ${value}`),
  secret('authorization', 'abcdefgh', value => `-H "authorization: Bearer ${value}"`),
  secret('authorization', 'abcdefgh', value => `{"headers":{"Authorization":"Bearer ${value}"}}`),
  secret('url-password', 's3cr3t', value => `DATABASE_URL=postgres://app:${value}@db:5432/app`),
  secret('url-password', 'abc', value => `redis://:${value}@cache:6379`),
]

const uuid = '0193f0a2-7c1b-7d43-9f2e-4b8a6c0d1e2f'
const base64Image = `data:image/png;base64,iVBORw0KGgo${Buffer.from(invented(3_000)).toString('base64')}`

/** What agents really send; none of it may change. */
export const ORDINARY: readonly string[] = [
  'sort_key=name',
  'token_count=12',
  'max_tokens: 100',
  'MAX_TOKENS=4096',
  '{"max_output_tokens":4096,"input_token_count":"1234","tool_token_count":"1290"}',
  'commit 3f786850e387550fdab836ed7e6dc881de23001b\nAuthor: A Developer <dev@example.com>',
  `conversation ${uuid}, cache key: ${uuid}`,
  'cache_key=d41d8cd98f00b204e9800998ecf8427e',
  'packages/otel-sdk/src/content/secret-name.ts:12:export const key = (token: Token): string => token.key',
  base64Image,
  'const token = req.headers.authorization\nif (!token) throw new Error("missing token")',
  'const password = await prompt("Password: ")',
  'interface Login { user: string; password: string; token?: Token | undefined }',
  'interface Login {\n  password: string\n  apiKey: string\n}',
  'fetch(url, { credentials: "include", headers: { authorization: bearer(token) } })',
  'curl -H "Authorization: Bearer $OPENAI_API_KEY" https://api.example.com/v1/models',
  `export API_KEY=$(pass show api) TOKEN=$${'{'}TOKEN:-} PASSWORD="$1"`,
  'api_key = os.environ["API_KEY"]\nclient = Client(api_key=api_key, password=password)',
  'apiKey: process.env.API_KEY,',
  'def connect(user, password=None, token=None):\n    self.password = password',
  'for (const [key, value] of Object.entries(map)) keys.push(key)',
  '<input type="password" name="password" placeholder="Password">',
  'PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES users(id), KEY idx_token (token)',
  'The key idea: a token is a word; the secret of good prose is rhythm. Password resets are common.',
  'Basic usage: see the docs. Bearer authentication is described below. Basic authentication too.',
  'usage: tool [--token <TOKEN>] [--password PASSWORD] [--api-key KEY]\n  --token string   API token',
  'https://packages.example.com/@scope/pkg https://host:8080/path?x=1@2 http://localhost:3000/a:b',
  'git clone git@github.com:owner/repo.git && ssh://git@host:22/x',
  'sk-circle sk-fading-circle sk-loading-indicator-with-long-name task-0123456789abcdef0123456789 risk-assessment-for-2024',
  'npm_config_registry npm_lifecycle_event hf_hub_download gsk_enabled',
  `env:\n  TOKEN: $${'{{'} secrets.GITHUB_TOKEN }}\n  secrets: inherit`,
  'NEXT_PAGE_TOKEN=abc pad_token="<pad>" eos_token: "</s>"',
  'KEY_FILE=/etc/ssl/key.pem SSH_KEY_PATH=~/.ssh/id_ed25519 PWD=/home/dev OLDPWD=/tmp',
  "if (text.startsWith('-----BEGIN CERTIFICATE-----')) return parse(text)",
  '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
  'diff --git a/auth.ts b/auth.ts\n-  const key = lookup(id)\n+  const key: CacheKey = lookup(id, secretName)\n',
  'Wall time: 0.0231 seconds\nOutput:\ntotal 12\n-rw-r--r-- 1 dev dev 220 Jan  1 00:00 token.ts\nExit code: 0\n',
  '{"cmd":"rg -n \\"password|secret|token\\" src --glob \'*.ts\'","workdir":"/home/dev/app"}',
  '{"cmd":"apply_patch <<\'EOF\'\\n*** Begin Patch\\n*** Add File: key.ts\\n+export const key = 1\\n*** End Patch\\nEOF"}',
  'integrity sha512-Kg0vW1xYzaB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3dE5fG7hJ9==',
  'aws s3 cp s3://bucket/key ./key --region eu-central-1',
  'stream disconnected before completion: stream closed before response.completed',
  'http 401: {"error":{"code":"token_expired","message":"The token has expired.","param":null}}',
  'translation: {"password": "password", "token": "token"}',
  'password = get_password(user)\ntoken = await client.token()\nsecret_name = "db"',
  'Größe: 3 Schlüssel 🔑 key → value; token ∈ {a, b}',
]
