import type { Anchor } from './anchor-scanner.ts'
import { GAP, WORD, words } from './command-words.ts'
import { anyCase, literal } from './secret-rule.ts'

/** A command with a credential among its arguments, by position or behind an option that has no name of its own. */
export interface CommandForm {
  kind: string
  anchor: Anchor
  /** Where the pattern begins, seen from the anchor. Default: 0. */
  offset?: number
  /** From there up to the credential. */
  pattern: string
  /** What stands before it on the same line, within `BEFORE_UNITS`. */
  before?: RegExp
  /** What the credential looks like, where most other words in its place are none. */
  value?: RegExp
}

/** `-p value`, `-p=value`, `"-p", "value"`. */
const option = (name: string) => `${GAP}-${name}(?:=|${GAP})`
const LOGIN =
  /\b(?:docker|podman|nerdctl|buildah|skopeo|oras|crane|helm registry|az acr|az|oc|cf|rad|twine|singularity remote|ibmcloud)(?:[ "',\\]{1,8}(?!login)[\w./=:-]{1,64}){0,4}[ "',\\]{1,8}$/
const ZIP = /\b(?:zip|unzip|sqlcmd|bcp|zipcloak)\b[^\n;|&]{0,128}$/

/** Programs whose `-p` takes a password; of most others it is a port or a path. */
const PASSWORD_OPTION =
  /\b(?:mongosh|mongo(?:dump|restore|export|import|files|stat|top)?|mycli|litecli|cqlsh|rabbitmqadmin|clickhouse-client|influx|twine[ "',\\]{1,8}upload|nuget[ "',\\]{1,8}(?:add|update)[ "',\\]{1,8}source)\b(?:[^\n;|&\\]|\\(?!n)){0,400}$/
const NPM_SET =
  /\b(?:npm|pnpm|yarn)[ "',\\]{1,8}(?:--?[\w=./-]{1,64}[ "',\\]{1,8}){0,3}(?:config[ "',\\]{1,8})?(?:--?[\w=./-]{1,64}[ "',\\]{1,8}){0,3}set\b(?:[^\n;|&\\]|\\(?!n)){0,200}$/

export const commandForms: readonly CommandForm[] = [
  {
    kind: 'password',
    anchor: [' "\'', '-', 'p', ' ="\'\\'],
    offset: 1,
    pattern: `-p(?:=|${GAP})`,
    before: PASSWORD_OPTION,
  },
  {
    kind: 'authorization',
    anchor: ['t/, ', ' :"\'', '_', 'a'],
    offset: 2,
    pattern: `_auth(?:\\\\{0,8}["'])?${GAP}`,
    before: NPM_SET,
  },
  {
    kind: 'password',
    anchor: anyCase('tifi'),
    offset: -4,
    pattern: `[iI][dD][eE][nN][tT][iI][fF][iI][eE][dD]\\s{1,8}(?:[wW][iI][tT][hH]\\s{1,8}[^\\s;]{1,64}\\s{1,8})?(?:[bB][yY]|[aA][sS])\\s{1,8}(?:[pP][aA][sS][sS][wW][oO][rR][dD]\\s{1,8})?(?=['"\\\\]|\\w{0,31}\\d)`,
    before: /\b(?:create|alter|grant)\b[^;]{0,480}$/i,
  },
  { kind: 'password', anchor: literal('TIFI'), offset: -4, pattern: `IDENTIFIED\\s{1,8}BY\\s{1,8}(?=')` },
  { kind: 'password', anchor: literal('logi'), pattern: `login${words(8)}${option('p')}`, before: LOGIN },
  {
    kind: 'token',
    anchor: literal('logi'),
    pattern: `login${words(4)}${GAP}`,
    before: /\b(?:cargo|wandb|vault|snyk|pulumi)[ "',\\]{1,8}$/,
    value: /^(?=.*\d)(?=.*[A-Za-z])[\w.-]{16,}$/,
  },
  { kind: 'password', anchor: literal('s-cl'), offset: -4, pattern: `redis-cli${words(8)}${option('a')}` },
  {
    kind: 'password',
    anchor: literal('ldap'),
    pattern: `ldap(?:search|add|modify|delete|whoami|passwd|compare)${words(10)}${GAP}-w${GAP}?`,
  },
  {
    kind: 'password',
    anchor: ['a', 's', 's', ':'],
    offset: -1,
    pattern: `pass:`,
    before: /-(?:pass|passin|passout|k|password|passphrase)[ "',=\\]{1,8}$|cmdkey[^\n;|&]{0,128}\/$/i,
  },
  { kind: 'password', anchor: literal('epas'), pattern: `epass${GAP}`, before: /-(?:src|dest)?stor$/ },
  { kind: 'password', anchor: literal('eypa'), pattern: `eypass${GAP}`, before: /-(?:src|dest)?k$/ },
  { kind: 'password', anchor: [' ', '-', 'P', ' '], pattern: ` -P `, before: ZIP },
  {
    kind: 'password',
    anchor: literal('smbc'),
    pattern: `smbclient${words(4)}${GAP}-U${GAP}?\\\\{0,8}["']?[^\\s%"']{1,64}%`,
  },
  {
    kind: 'password',
    anchor: literal('sswd'),
    offset: -4,
    pattern: `htpasswd${words(2)}${GAP}-[A-Za-z]{0,3}b[A-Za-z]{0,3}${GAP}${WORD}${GAP}${WORD}${GAP}`,
  },
  {
    kind: 'password',
    anchor: literal('sswd'),
    offset: -4,
    pattern: `htpasswd${GAP}-(?:nb[A-Za-z]?|[A-Za-z]?nb|bn[A-Za-z]?)${GAP}${WORD}${GAP}`,
  },
  { kind: 'password', anchor: literal('mysq'), pattern: `mysqladmin${words(6)}${GAP}password${GAP}` },
  {
    kind: 'password',
    anchor: literal('tmqc'),
    offset: -5,
    pattern: `rabbitmqctl${words(3)}${GAP}(?:add_user|change_password)${GAP}${WORD}${GAP}`,
  },
  { kind: 'password', anchor: literal('c-pa'), offset: -6, pattern: `generic-password${words(6)}${GAP}-w${GAP}` },
  { kind: 'password', anchor: literal('t-pa'), offset: -7, pattern: `internet-password${words(6)}${GAP}-w${GAP}` },
  {
    kind: 'secret',
    anchor: literal('secr'),
    pattern: `secret${GAP}set${words(6)}(?:${GAP}-b(?:=|${GAP})?|${GAP}--body(?:=|${GAP}))`,
    before: /\bgh[ "',\\]{1,8}$/,
  },
  {
    kind: 'secret',
    anchor: literal('secr'),
    pattern: `secrets${GAP}set${words(4)}${GAP}\\\\{0,8}["']?[A-Za-z_]\\w{0,64}=`,
  },
  {
    kind: 'secret',
    anchor: literal('secr'),
    pattern: `secrets${GAP}set${GAP}[A-Z_][A-Z0-9_]{0,64}${GAP}(?!-)`,
    before: /\bdoppler[ ]{1,4}$/,
  },
  { kind: 'secret', anchor: literal('secr'), pattern: `secrets${GAP}set${GAP}${WORD}${GAP}(?!-)`, before: /\buser-$/ },
  { kind: 'secret', anchor: literal('ts:s'), offset: -5, pattern: `secrets:set${words(4)}${GAP}[A-Za-z_]\\w{0,64}=` },
  {
    kind: 'secret',
    anchor: literal('m-li'),
    offset: -3,
    pattern: `from-literal(?:=|${GAP})\\\\{0,8}["']?[\\w.-]{1,64}=`,
    before: /\bcreate[ "',\\]{1,8}secret\b[^\n;|&]{0,480}$/,
  },
  { kind: 'secret', anchor: literal('secr'), pattern: `secret-string(?:=|${GAP})` },
  {
    kind: 'secret',
    anchor: ['-', 'v', 'a', 'l'],
    pattern: `-value(?:=|${GAP})`,
    before:
      /\b(?:put-parameter\b[^\n;|&]{0,400}SecureString|keyvault[ ]+secret[ ]+set|secret:create|put-secret)\b[^\n;|&]{0,400}-$/,
  },
  {
    kind: 'secret',
    anchor: ['-', 'v', 'a', 'l'],
    pattern: `-value(?:=|${GAP})(?=[^\\n;|&]{0,400}SecureString)`,
    before: /\bput-parameter\b[^\n;|&]{0,400}-$/,
  },
  {
    kind: 'secret',
    anchor: [' ', 'k', 'v', ' '],
    pattern: ` kv put${words(2)}${GAP}${WORD}${GAP}[\\w.-]{1,64}=`,
    before: /\bvault[ ]{0,3}$/,
  },
  { kind: 'token', anchor: literal('i-to'), offset: -3, pattern: `pypi-token\\.[\\w-]{1,64}${GAP}` },
  { kind: 'password', anchor: literal('-bas'), offset: -4, pattern: `http-basic\\.[\\w.-]{1,64}${GAP}${WORD}${GAP}` },
  { kind: 'token', anchor: literal('b-oa'), offset: -5, pattern: `github-oauth\\.[\\w.-]{1,64}${GAP}` },
  {
    kind: 'secret',
    anchor: literal('pulu'),
    pattern: `pulumi${GAP}config${GAP}set(?=[^\\n;|&]{0,400}--secret)(?:${GAP}--?[\\w-]{1,32}(?:=[^\\s]{1,64})?){0,3}${GAP}[A-Za-z_][\\w.:-]{0,64}${GAP}(?!-)`,
  },
]

/** Programs that read a credential from their standard input: what is written into the pipe before them. */
export const pipedForms: readonly { kind: string; anchor: Anchor; pattern: RegExp }[] = [
  { kind: 'password', anchor: literal('-std'), pattern: /-stdin\b/y },
  { kind: 'token', anchor: literal('th-t'), pattern: /(?<=--wi)th-token\b/y },
  { kind: 'password', anchor: [' ', '-', 'S', ' '], pattern: /(?<=\bsudo) -S /y },
  { kind: 'secret', anchor: literal('secr'), pattern: /(?<=\bgh )secret set\b/y },
  { kind: 'secret', anchor: literal('secr'), pattern: /(?<=\bwrangler )secret put\b/y },
  { kind: 'password', anchor: literal('sswd'), pattern: /(?<=\bchpa)sswd\b/y },
]
