/**
 * What a name says about its value. `strong`: a credential, whatever it looks like (`password`, `api_key`).
 * `weak`: perhaps one, if the value looks random (`token`, `key`).
 * `bare`: strong where it is written as an environment variable, else weak (`KEY`, `PASS`, `GH_PAT`).
 */
export interface SecretName {
  strength: 'strong' | 'weak' | 'bare'
  /** `password`, `secret`, `token`, `key`, `credential`, `authorization` or `cookie`. */
  kind: string
  /** Whether names like it also mean what something is found by (`vaultKey: 'role-id'`), as words in the value show. */
  mayIdentify?: boolean
  /** Whether it is spelled as a header: `x-api-key`. */
  isHeader?: boolean
}

const NOUNS: Readonly<Record<string, string>> = {
  password: 'password',
  passwd: 'password',
  passphrase: 'password',
  passcode: 'password',
  pwd: 'password',
  pass: 'password',
  secret: 'secret',
  token: 'token',
  key: 'key',
  credential: 'credential',
  credentials: 'credential',
  authorization: 'authorization',
  auth: 'authorization',
  pat: 'token',
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

const KEY_OF_CREDENTIALS = words(
  'api secret access private auth account encryption decryption signing master service role license client subscription ' +
    'shared app application admin webhook deploy integration consumer ssh gpg ssl tls rsa hmac jwt vault ingestion ingest insert ' +
    'write fastly functions mashape rapidapi',
)
const KEY_OF_DATA = words(
  'sort primary foreign public cache partition hash index group unique row object dict map hot shortcut registry routing ' +
    'idempotency translation i18n react prop state order lookup json config event message field column data header menu ' +
    'arrow modifier storage entity parent child node item natural composite surrogate range pub lock redis s3 bucket ' +
    'feature flag query theme nav tab locale label color track dedupe dedup websocket idempotence',
)
/** `webhookKey`, `roleKey`: as often an identifier as a credential. */
const KEY_OF_EITHER = words(
  'service role client subscription shared app application admin webhook deploy integration consumer ssl tls jwt vault account ' +
    'license',
)
/** `existingSecret`, `imagePullSecret`: the name of a secret. */
const SECRET_OF_REFERENCES = words('existing pull external tls image ref referenced')
const TOKEN_OF_CREDENTIALS = words(
  'access auth refresh id bearer api session bot oauth oauth2 security personal csrf xsrf secret github gitlab slack npm hf ' +
    'huggingface vault deploy user admin client service account otlp registry pat jwt device push private verification reset ' +
    'identity temporary temp job runner agent scim feed installation circle plex sf web rest signing',
)
const TOKEN_OF_TEXT = words(
  'next prev previous page continuation cursor eos bos pad unk mask stop start max min num cancellation cancel special sep ' +
    'cls end begin last first sync resume total input output prompt completion cached reasoning string lex parse',
)
const PASS_OF_CREDENTIALS = words(
  'db database user admin root smtp mail email become ansible redis rediscli ftp sftp login api mysql postgres pg mongo http proxy ssh key sudo',
)
/** After the noun, these change nothing (`API_KEY_2`, `TOKEN_PROD`). */
const NEUTRAL = words(
  'value prod production dev staging test base64 b64 raw new old default live sandbox primary secondary',
)
/** After the noun, these make the name speak of something else (`SECRET_NAME`, `TOKEN_COUNT`). */
const ABOUT = words(
  'id ids name names file files path url uri type types count length len size limit ttl expiry expires expiration enabled dir ' +
    'directory host port arn version field header max min timeout usage policy budget stdin present env var ref alias hint ' +
    'label prefix suffix format algorithm algo field input prompt error rotation required date time at in per index regex pattern',
)

/** Too common at the beginning of other names (`AUTH_METHOD`). */
const NOUNS_AT_END = words('pass pwd auth pat')

/** Headers that are credentials although no word of their names says so. */
const SECRET_HEADERS: Readonly<Record<string, string>> = {
  'x-honeycomb-team': 'key',
  'honeycomb-team': 'key',
  'x-jfrog-art-api': 'key',
  'x-query-key': 'key',
}

const cache = new Map<string, SecretName | undefined>()
const CACHE_SIZE = 1_024

/** Judges the name before a `=` or `:`, in any spelling (`API_KEY`, `apiKey`, `x-api-key`). */
export function judgeName(name: string): SecretName | undefined {
  if (cache.has(name)) return cache.get(name)
  const judged = judgeHeader(name) ?? judge(name)
  if (cache.size >= CACHE_SIZE) cache.clear()
  cache.set(name, judged)
  return judged
}

/** Judges a name that is a text of its own: of a tag, of an attribute, under a key beside its value. */
export const judgeKey = (name: string): SecretName | undefined =>
  /^(?:[\w.]{0,64}[.])?(?:set-)?cookie$/i.test(name) ? { strength: 'strong', kind: 'cookie' } : judgeName(name)

/** Names with dashes: those of headers. What begins with `x-` and ends in `key`, `token` or `auth` is one for credentials. */
function judgeHeader(name: string): SecretName | undefined {
  if (!name.includes('-') || name.startsWith('--')) return undefined
  const lower = name.toLowerCase()
  if (Object.hasOwn(SECRET_HEADERS, lower)) {
    return { strength: 'strong', kind: SECRET_HEADERS[lower] as string, isHeader: true }
  }
  const judged = judge(name)
  if (judged === undefined) return undefined
  const isOwn = lower.startsWith('x-') && judged.strength === 'weak'
  const kind = isOwn && judged.kind === 'authorization' ? 'credential' : judged.kind
  return { ...judged, kind, strength: isOwn ? 'strong' : judged.strength, isHeader: true }
}

function judge(name: string): SecretName | undefined {
  if (name === 'PWD' || name === 'OLDPWD') return undefined
  const parts = split(name)
  const inCapitals = name === name.toUpperCase()
  while (parts.length > 1 && (NEUTRAL.has(parts.at(-1) as string) || /^v?\d*$/.test(parts.at(-1) as string)))
    parts.pop()
  const last = parts.at(-1) ?? ''
  const kind = Object.hasOwn(NOUNS, last) ? NOUNS[last] : undefined
  if (kind === undefined) return inCapitals && !ABOUT.has(last) ? judgeEarlierNoun(parts) : undefined
  const before = parts.at(-2)
  const weak = { strength: 'weak', kind } as const
  const strong = { strength: 'strong', kind } as const
  const bare = { strength: inCapitals ? 'bare' : 'weak', kind } as const
  if (last === 'pat') return inCapitals && before !== undefined ? bare : undefined
  if (last === 'auth') {
    const isPassword = inCapitals && before !== undefined && PASS_OF_CREDENTIALS.has(before)
    return isPassword ? { strength: 'strong', kind: 'credential' } : weak
  }
  if (kind === 'key') {
    if (before === undefined) return bare
    if (KEY_OF_DATA.has(before)) return undefined
    if (!inCapitals && KEY_OF_EITHER.has(before)) return { ...strong, mayIdentify: true }
    return inCapitals || KEY_OF_CREDENTIALS.has(before) ? strong : weak
  }
  if (kind === 'secret' && !inCapitals && before !== undefined && SECRET_OF_REFERENCES.has(before)) return undefined
  if (kind === 'token') {
    if (before !== undefined && TOKEN_OF_TEXT.has(before)) return undefined
    return inCapitals || (before !== undefined && TOKEN_OF_CREDENTIALS.has(before)) ? strong : weak
  }
  if (last === 'pass' || last === 'pwd') {
    if (before === undefined) return bare
    return inCapitals || PASS_OF_CREDENTIALS.has(before) ? strong : weak
  }
  return strong
}

/** `TOKEN_GITHUB`, `SECRET_BASE`: in the spelling of environment variables the noun may come first. */
function judgeEarlierNoun(parts: readonly string[]): SecretName | undefined {
  for (const [index, part] of parts.entries()) {
    const kind = Object.hasOwn(NOUNS, part) ? NOUNS[part] : undefined
    if (kind === undefined || NOUNS_AT_END.has(part)) continue
    const before = parts[index - 1]
    if (kind === 'key' && (before === undefined || !KEY_OF_CREDENTIALS.has(before))) continue
    if (kind === 'token' && before !== undefined && TOKEN_OF_TEXT.has(before)) continue
    return { strength: 'strong', kind }
  }
  return undefined
}

const RUN_TOGETHER =
  /(.)(apikey|accesskey|secretkey|privatekey|authkey|accountkey|authtoken|accesstoken|password|passwd|passphrase|secret|token)$/

const PASS_RUN_TOGETHER =
  /^(db|database|user|root|admin|smtp|mail|mysql|pg|postgres|mongo|redis|rediscli|ftp|ssh)(pass|pwd|auth)$/

/** The words of a name, in lower case; the usual compounds without a border in them are taken apart. */
function split(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(part => part !== '')
    .flatMap(part => part.replace(RUN_TOGETHER, '$1_$2').split('_'))
    .flatMap(part =>
      part
        .replace(
          /^(api|access|secret|private|auth|account|license|subscription|master|signing|encryption)(key|token)$/,
          '$1_$2',
        )
        .split('_'),
    )
    .flatMap(part => part.replace(PASS_RUN_TOGETHER, '$1_$2').split('_'))
    .flatMap(part => (/^(?:password|passwd|secret|token|key)\d{1,3}$/.test(part) ? part.replace(/\d+$/, '') : part))
}
