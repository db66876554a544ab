import { body, type SecretCase, secret } from './secret-case.ts'

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
  secret('password', 'hunter2', value => `{"name":"DB_PASSWORD","meta":{"a":1},"value":"${value}"}`),
  secret('password', 'hunter2', value => `{"name":"DB_PASSWORD","meta":{"a":{"b":[{"c":1}]}},"value":"${value}"}`),
  secret('password', 'hunter2', value => `- name: DB_PASSWORD\n  labels: {a: b}\n  value: ${value}\n`),
  secret(
    'password',
    'hunter2',
    value => `- name: DB_PASSWORD\n  description: "the {db} password"\n  value: ${value}\n`,
  ),
  secret('password', 'hunter2', value => `- name: DB_PASSWORD\n\n  value: ${value}\n`),
  secret('password', 'hunter2', value => `env:\n  - name: DB_PASSWORD\n    # not this\n\n\n    value: "${value}"\n`),
  secret('password', 'hunter2', value => `{"value":"${value}","meta":{"a":1},"tags":[{"b":2}],"name":"DB_PASSWORD"}`),
  secret('password', 'hunter2', value => `- value: ${value}\n  labels: {a: b}\n\n  name: DB_PASSWORD\n`),
  secret('password', 'hunter2', value => `{\n  "name": "DB_PASSWORD",\n\n  "value": "${value}"\n}`),
  secret('password', 'hunter2', value => `{"value":{"stringValue":"${value}"},"key":"password"}`),
  secret('password', 'hunter2', value => `attributes {\n  key: "password"\n  value { string_value: "${value}" }\n}`),
  secret('password', 'hunter2', value => `{"name":"DB_PASSWORD","description":"a } b","value":"${value}"}`),
  secret('password', 'hunter2', value => `{"name":"DB_PASSWORD", "description": "a { b", "value":"${value}"}`),
  secret('password', 'hunter2', value => `- name: DB_PASSWORD\n  args:\n    - a\n    - name: b\n  value: ${value}\n`),
  secret(
    'password',
    'hunter2',
    value => `- name: DB_PASSWORD\n  args:\n  - a\n  labels:\n    key: b\n  value: ${value}\n`,
  ),
  secret('key', 'abc123', value => `"apikey":[{"key":"value","value":"${value}"},{"key":"key","value":"X-API-Key"}]`),
  secret('key', 'abc123', value => `"apikey":[{"key":"key","value":"X-API-Key"},{"key":"value","value":"${value}"}]`),
  secret('token', 'abc123', value => `"bearer": [\n {"key": "token", "value": "${value}", "type": "string"}\n]`),
  secret('password', 'hunter2', value => `"basic":[{"key":"password","value":"${value}","type":"string"}]`),
  secret('authorization', 'abcdef12', value => `{"key":"Authorization","value":"GenieKey ${value}","type":"text"}`),
  secret('password', 'hunter2', value => `{"key":"password","value":{"stringValue":"${value}"}}`),
  secret('key', 'abc123', value => `- key: api_key\n  value:\n    stringValue: ${value}\n`),
  secret(
    'authorization',
    'abcdef12',
    value =>
      `{"key":"http.request.header.authorization","value":{"arrayValue":{"values":[{"stringValue":"Splunk ${value}"}]}}}`,
  ),
  secret(
    'password',
    'hunter2',
    value => `{"key":"password","value":{"arrayValue":{"values":[{"stringValue":""},{"stringValue":"${value}"}]}}}`,
  ),
  secret(
    'password',
    'hunter2',
    value => `{"key":"a","value":{"kvlistValue":{"values":[{"key":"password","value":{"stringValue":"${value}"}}]}}}`,
  ),
]

/** A name and its value in elements. */
const ELEMENTS: readonly SecretCase[] = [
  secret('password', 'hunter2', value => `<property name="password"><value><![CDATA[${value}]]></value></property>`),
  secret('password', 'hunter2', value => `<string name="DB_PASSWORD"><![CDATA[${value}]]></string>`),
  secret(
    'password',
    'hunter2',
    value =>
      `<env-entry><env-entry-name>DB_PASSWORD</env-entry-name><env-entry-type>java.lang.String</env-entry-type><env-entry-value>${value}</env-entry-value></env-entry>`,
  ),
  secret('key', 'abc123', value => JSON.stringify({ o: `<key>API_KEY</key>\n\t<string>${value}</string>` })),
  secret('password', 'hunter2', value =>
    JSON.stringify({ o: `<property>\n  <name>db.password</name>\n  <value>${value}</value>\n</property>` }),
  ),
  secret('key', body(20), value => `<property><name>fs.s3a.secret.key</name><value>${value}</value></property>`),
  secret(
    'password',
    'hunter2',
    value =>
      `<property>\n  <name>javax.jdo.option.ConnectionPassword</name>\n  <final>true</final>\n  <value>${value}</value>\n</property>`,
  ),
  secret('password', 'hunter2', value => `<property name="password"><value>${value}</value></property>`),
  secret('password', 'hunter2', value => `<property name="password">\n  <value>${value}</value>\n</property>`),
  secret(
    'password',
    'hunter2',
    value => `<setting name="DbPassword" serializeAs="String"><value>${value}</value></setting>`,
  ),
  secret('password', 'hunter2', value => `<string name="DB_PASSWORD">${value}</string>`),
  secret('password', 'hunter', value => `<string name="DB_PASSWORD">${value}</string>`),
  secret('password', 'hunter2', value => JSON.stringify({ output: `<string name="DB_PASSWORD">${value}</string>` })),
  secret('password', 'hunter', value => `<entry key="db.password">${value}</entry>`),
  secret('password', 'hunter', value => `<property name="password">${value}</property>`),
  secret('key', 'abc123', value => `<variable type="text" name="api_key">${value}</variable>`),
  secret('key', 'abc123', value => `<key>API_KEY</key><string>${value}</string>`),
  secret('password', 'hunter2', value => `<dict>\n\t<key>Password</key>\n\t<string>${value}</string>\n</dict>`),
  secret('token', 'abc123', value => `<key>app.accessToken</key>\n<string>${value}</string>`),
]

/** Several values under one name. */
const LISTS: readonly SecretCase[] = [
  secret('key', 'abc123,def456', value => `export API_KEYS=${value}`),
  secret('password', 'hunter2', value => `passwords:\n  - ${value}\n`),
  secret('password', 'hunter2\n- hunter3', value => `passwords:\n- ${value}\nusers:\n- me\n`),
  secret('password', 'hunter2", "hunter', value => `{"passwords": ["${value}"], "a": 1}`),
  secret('key', 'abc123', value => `"api_keys": ["${value}"]`),
  secret('key', 'abc123",\n    "def456', value => `"api_keys": [\n    "${value}"\n  ]`),
  secret('key', 'abc123', value => `API_KEYS = ['${value}']`),
  secret('token', body(24), value => `tokens:\n  - ${value}\n`),
  secret('token', 'abc123', value => JSON.stringify({ cmd: `echo '{"access_tokens":["${value}"]}'` })),
  secret('password', 'hunter2', value => JSON.stringify({ output: `passwords:\n  - ${value}\nusers: []` })),
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
  secret('password', 'hunter2', value => `{"a":"password:\\n  ${value}\\nuser: me"}`),
  secret('password', 'hunter2', value => `{"a":"\\"password\\": |\\n  ${value}"}`),
  secret('password', 'hunter2\n  and more', value => `"password": "${value}"\nuser: me\n`),
  secret('password', 'hunter2\n\n  and more', value => `password: '${value}'\nuser: me\n`),
  secret('cookie', 'sid=abcdef123', value => `Cookie: &c >-\n  ${value}\nAccept: a\n`),
  secret('password', 'hunter2', value => `password: !!str |\n  ${value}\nuser: me\n`),
  secret('password', 'hunter2', value => `password: &a |\n  ${value}\nuser: me\n`),
  secret('password', 'hunter2', value => `password: &a !!str >-\n  ${value}\nuser: me\n`),
  secret('password', 'hunter2', value => `password: &a ${value}\n`),
  secret('password', 'hunter2', value => `password: !!str ${value}\n`),
  secret('password', 'hunter two', value => `password: &a "${value}"\n`),
  secret('password', 'hunter2\\n  hunter3', value => `{"a":"password: |\\n  ${value}"}`),
  secret('password', 'hunter2\\n  hunter3', value => `{"a":"password: |\\n  ${value}","b":"c"}`),
  secret('password', 'hunter2\\n  hunter3', value => `const a = 'password: |\\n  ${value}'`),
  secret('password', 'hunter2\\\\n  hunter3', value => `{"a":"{\\"b\\":\\"password: |\\\\n  ${value}\\"}"}`),
  secret('password', 'hunter2\n  and more', value => `password: "${value}"\nuser: me\n`),
  secret('password', 'hunter2\n    and\n    more', value => `db:\n  password: '${value}'\n  user: me\n`),
  secret('cookie', 'sid=abcdef123', value => `Cookie: >-\n  ${value}\nAccept: a\n`),
  secret('cookie', 'sid=abcdef123;\n    b=c', value => `headers:\n  Set-Cookie: |\n    ${value}\n  Accept: a\n`),
  secret('cookie', 'sid=abcdef123', value => `Cookie:\t${value}\n`),
]

/** Credentials that a name beside them tells, in data of several lines and levels. */
export const DATA_KINDS: readonly SecretCase[] = [...PAIRS, ...ELEMENTS, ...LISTS, ...BLOCKS]
