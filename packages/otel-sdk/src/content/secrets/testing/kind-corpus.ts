import { body, HEX, invented, join, type SecretCase, secret } from './secret-case.ts'

const uuid = '0193f0a2-7c1b-4d43-9f2e-4b8a6c0d1e2f'
const base64 = (text: string) => Buffer.from(text).toString('base64')
const pem = `${join('-----BE', 'GIN PRI')}${join('VATE', ' KEY-----')}\n${body(64)}\n${body(40)}\n${join('-----E', 'ND PRI')}${join('VATE', ' KEY-----')}\n`

/** A name and its value under two keys. */
const PAIRS: readonly SecretCase[] = [
  secret(
    'password',
    'hunter2',
    value => `env:\n  - name: DB_PASSWORD\n    value: "${value}"\n  - name: LOG\n    value: debug\n`,
  ),
  secret('password', 'hunter', value => `- name: DB_PASSWORD\n  value: ${value}\n- name: X`),
  secret(
    'password',
    'hunter2',
    value => `- value: "${value}"\n  name: DB_PASSWORD\n- value: "debug"\n  name: LOG_LEVEL\n`,
  ),
  secret('password', 'hunter2', value => `[{"name":"LOG","value":"debug"},{"name":"DB_PASSWORD","value":"${value}"}]`),
  secret('password', 'hunter2', value => `[{"value":"${value}","name":"DB_PASSWORD"},{"value":"debug","name":"LOG"}]`),
  secret('password', 'hunter2', value => `{\n  "name": "DB_PASSWORD",\n  "value": "${value}"\n}`),
  secret('password', 'hunter2', value =>
    JSON.stringify({ cmd: `cat <<EOF\n- name: DB_PASSWORD\n  value: "${value}"\nEOF` }),
  ),
  secret('password', 'hunter2', value => JSON.stringify({ cmd: `echo '{"name":"DB_PASSWORD","value":"${value}"}'` })),
  secret('key', 'abc', value => `{"Key":"API_KEY","Value":"${value}"}`),
  secret('password', 'hunter2', value => `{"ParameterKey":"DbPassword","ParameterValue":"${value}"}`),
  secret('token', 'abcdef12', value => `{"key":"ACCESS_TOKEN","type":"PLAINTEXT","value":"${value}"}`),
  secret('password', 'hunter2', value => `set {\n  name  = "auth.rootPassword"\n  value = "${value}"\n}`),
  secret('password', 'hunter2', value => `<add key="Password" value="${value}" />`),
  secret('password', 'hunter2', value => `<property name="javax.persistence.jdbc.password" value="${value}"/>`),
  secret('key', 'abc123', value => `{"name":"x-api-key","value":"${value}"}`),
  secret('authorization', 'abcdef123', value => `{"name":"Authorization","value":"Bearer ${value}"}`),
  secret('authorization', 'abcdef123', value => `{"key":"authorization","value":{"stringValue":"Bearer ${value}"}}`),
  secret('cookie', 'sid=abcdef123', value => `{"name":"Cookie","value":"${value}"}`),
  secret('password', 'hunter2', value => `- name: DB_PASSWORD\n  value: |\n    ${value}\n- name: X\n`),
]

/** Values on the lines after their names. */
const BLOCKS: readonly SecretCase[] = [
  secret('token', body(24), value => `stringData:\n  token: |\n    ${value}\n  x: y`),
  secret('password', 'hunter2', value => `password: |\n  ${value}\nuser: me\n`),
  secret('password', 'correct horse', value => `db:\n  password: >-\n    ${value}\n  port: 1\n`),
  secret('secret', 'abc\n    def', value => `x:\n  client_secret: |+2\n    ${value}\n  other: 1\n`),
  secret('password', 'hunter2', value => `stringData:\n  password: |-\n    ${value}`),
  secret('password', 'hunter2', value => `{"cmd":"cat <<EOF\\npassword: |\\n  ${value}\\nuser: me\\nEOF"}`),
  secret('password', 'hunter2', value => `password:\n  ${value}\nuser: me\n`),
  secret('password', 'hunter2', value => `password:\r\n  "${value}"\r\nuser: me\r\n`),
  secret('password', 'hunter2', value => `password = """${value}"""`),
  secret('key', 'abc def', value => `api_key = '''${value}'''`),
]

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

const COMMANDS: readonly SecretCase[] = [
  secret('key', body(40), value => `aws configure set aws_secret_access_key ${value}`),
  secret('key', 'abc123', value => `aws configure set aws_secret_access_key ${value} --profile x`),
  secret('key', 'abc123', value => `aws configure set --profile prod default.aws_secret_access_key "${value}"`),
  secret('token', 'abc123', value => `npm config set //registry.npmjs.org/:_authToken ${value}`),
  secret('token', 'abc123', value => `npm set //registry.npmjs.org/:_authToken ${value}`),
  secret('token', 'abc123', value => `yarn config set npmAuthToken ${value}`),
  secret('token', 'abc123', value => `ngrok config add-authtoken ${value}`),
  secret('token', 'abc123', value => `glab variable set API_TOKEN ${value}`),
  secret('key', 'abc123', value => `heroku config:set API_KEY=${value}`),
  secret('secret', 'abc', value => `gh secret set DEPLOY --body "${value}"`),
  secret('secret', 'abc', value => `gh secret set DEPLOY -b ${value} --repo o/r`),
  secret('secret', 'abc', value => `echo -n "${value}" | gh secret set DEPLOY`),
  secret('secret', 'abc', value => `kubectl create secret generic db --from-literal=conn=${value}`),
  secret('secret', 'abc d', value => `kubectl -n x create secret generic db --from-literal=a="${value}" --dry-run`),
  secret('password', 'abc', value => `docker login -u me -p ${value} registry.example.com`),
  secret('password', 'abc', value => `["docker","login","-u","me","-p","${value}"]`),
  secret('password', 'abc', value => `{"cmd":"podman login registry.example.com -p=\\"${value}\\" -u me"}`),
  secret('password', 'abc', value => `echo ${value} | docker login -u me --password-stdin`),
  secret('password', 'abc', value => `echo '${value}' | sudo -S apt-get update`),
  secret('password', 'abc', value => `echo "root:${value}" | chpasswd`),
  secret('password', 'abc', value => `mysql -u root -p'${value}' app`),
  secret('password', 'abc', value => `["mysql","-uroot","-p${value}"]`),
  secret('password', 'abc', value => `mysqladmin -u root password ${value}`),
  secret('password', 'abc', value => `redis-cli -h cache -a ${value} ping`),
  secret('password', 'abc', value => `ldapsearch -x -D cn=admin -w ${value} -b dc=x`),
  secret('password', 'abc', value => `openssl pkcs12 -in a.p12 -passin pass:${value}`),
  secret('password', 'abc', value => `keytool -list -keystore a.jks -storepass ${value}`),
  secret('password', 'abc', value => `zip -r -P ${value} a.zip a`),
  secret('password', 'abc', value => `htpasswd -b .htpasswd me ${value}`),
  secret('secret', 'abc', value => `vault kv put secret/db conn=${value}`),
  secret('secret', 'abc', value => `vault kv put -mount=secret db password=${value}`),
  secret('secret', 'abc', value => `fly secrets set CONN=${value}`),
  secret('secret', 'abc', value => `dotnet user-secrets set "Db:Conn" "${value}"`),
  secret('secret', '{"a":"b"}', value => `aws secretsmanager create-secret --name x --secret-string '${value}'`),
  secret('secret', 'abc', value => `aws ssm put-parameter --name /x --type SecureString --value ${value}`),
  secret('secret', 'abc', value => `az keyvault secret set --vault-name v --name n --value "${value}"`),
  secret('token', 'abc', value => `poetry config pypi-token.pypi ${value}`),
  secret('password', 'abc', value => `composer config http-basic.repo.example.com me ${value}`),
  secret('secret', 'abc', value => `pulumi config set --secret dbConn ${value}`),
  secret('token', 'abc', value => `{"auths":{"r.example.com":{"identitytoken":"${value}"}}}`),
]

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
  ...PAIRS,
  ...BLOCKS,
  ...AUTHORIZATION,
  ...HEADERS,
  ...COMMANDS,
  ...FILES,
  ...WEBHOOKS,
]
