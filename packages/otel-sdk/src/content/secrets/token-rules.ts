import { prefixForms } from './prefix-forms.ts'
import { anyCase, literal, type SecretRule } from './secret-rule.ts'
import { serviceTokenForms } from './service-tokens.ts'
import { type TokenForm, tokenRule } from './token-rule.ts'

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
/** What stands before the beginning of a credential: no letter, or the last one of an escape. */
const BEFORE = ' \t\n!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~0123456789ABCDEFbfnrtm'
const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

const forms: readonly TokenForm[] = [
  { kind: 'anthropic-key', anchors: [literal('sk-a')], pattern: /sk-ant-[\w-]{16,}/ },
  { kind: 'openrouter-key', anchors: [literal('sk-o')], pattern: /sk-or-[\w-]{16,}/ },
  {
    kind: 'openai-key',
    anchors: [['s', 'k', '-', ALNUM]],
    // Without a known word in between a digit is asked for: `sk-` also begins class names and ends words (`task-`).
    pattern: /sk-(?:(?:proj|svcacct|admin|service|None)-[\w-]{16,}|(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{20,}[\w-]*)/,
    wordStart: true,
  },
  {
    kind: 'stripe-key',
    anchors: [['srp', 'k', '_', 'ltp']],
    pattern: /[srp]k_(?:live|test|prod)_[A-Za-z0-9]{10,}/,
  },
  { kind: 'stripe-key', anchors: [literal('sec_')], offset: -2, pattern: /whsec_[A-Za-z0-9+/=]{16,}/ },
  { kind: 'google-key', anchors: [literal('AIza')], pattern: /AIza[\w-]{30,}/, wordStart: true },
  { kind: 'google-key', anchors: [literal('GOCS')], pattern: /GOCSPX-[\w-]{16,}/ },
  { kind: 'google-token', anchors: [literal('ya29')], pattern: /ya29\.[\w.-]{16,}/ },
  {
    kind: 'github-token',
    anchors: [['g', 'h', 'pousr', '_']],
    pattern: /gh[pousr]_[A-Za-z0-9]{16,}/,
  },
  { kind: 'github-token', anchors: [literal('b_pa')], offset: -5, pattern: /github_pat_\w{16,}/ },
  {
    kind: 'gitlab-token',
    anchors: ['pa', 'dt', 'cb', 'pt', 'so', 'ff', 'ag', 'ft', 'oa', 'wt'].map(end => literal(`gl${end}`)),
    pattern: /gl(?:pat|dt|cbt|ptt|soat|ffct|agent|ft|oas|wt)-[\w.-]{16,}/,
  },
  { kind: 'gitlab-token', anchors: [literal('lrt-')], offset: -1, pattern: /glrt-[\w.-]{16,}/ },
  {
    kind: 'gitlab-token',
    anchors: [literal('rtr-'), literal('imt-')],
    offset: -2,
    pattern: /gl(?:rtr|imt)-[\w.-]{16,}/,
  },
  {
    kind: 'slack-token',
    anchors: [['x', 'o', 'x', 'abcdeoprs']],
    pattern: /xox[a-eoprs](?:\.xox[a-z])?-(?=[A-Za-z-]{0,40}\d)[A-Za-z0-9-]{10,}/,
  },
  { kind: 'slack-token', anchors: [literal('xapp')], pattern: /xapp-\d-[A-Za-z0-9-]{10,}/ },
  {
    kind: 'slack-webhook',
    anchors: [literal('ck.c')],
    offset: -9,
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{16,}/,
  },
  { kind: 'npm-token', anchors: [['n', 'p', 'm', '_']], pattern: /npm_[A-Za-z0-9]{30,}/, wordStart: true },
  { kind: 'pypi-token', anchors: [literal('pypi')], pattern: /pypi-[\w-]{50,}/ },
  { kind: 'docker-token', anchors: [literal('dckr')], pattern: /dckr_(?:pat|oat)_[\w-]{16,}/ },
  { kind: 'huggingface-token', anchors: [['h', 'f', '_', ALNUM]], pattern: /hf_[A-Za-z0-9]{24,}/, wordStart: true },
  { kind: 'groq-key', anchors: [['g', 's', 'k', '_']], pattern: /gsk_[A-Za-z0-9]{24,}/, wordStart: true },
  { kind: 'xai-key', anchors: [['x', 'a', 'i', '-']], pattern: /xai-[A-Za-z0-9]{24,}/, wordStart: true },
  { kind: 'perplexity-key', anchors: [literal('pplx')], pattern: /pplx-[A-Za-z0-9]{24,}/ },
  {
    kind: 'sendgrid-key',
    anchors: [[BEFORE, 'S', 'G', '.']],
    offset: 1,
    startsText: 'S',
    pattern: /SG\.[\w-]{16,64}\.[\w-]{16,}/,
    wordStart: true,
  },
  { kind: 'digitalocean-token', anchors: [['opr', '_', 'v', '1']], offset: -2, pattern: /do[opr]_v1_[a-f0-9]{32,}/ },
  {
    kind: 'shopify-token',
    anchors: [['s', 'h', 'p', 'acs']],
    pattern: /shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{24,}/,
    wordStart: true,
  },
  {
    kind: 'aws-access-key-id',
    anchors: [literal('AKIA'), literal('ASIA'), literal('ABIA'), literal('ACCA'), ['A', '3', 'T', CAPITALS]],
    pattern: /(?:A[KSB]IA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}(?![A-Za-z0-9+/])/,
    wordStart: true,
  },
  { kind: 'azure-sas', anchors: [['s', 'i', 'g', '=']], pattern: /(?<=[?&;])sig=[\w%+/.-]{20,}={0,2}/ },
  {
    kind: 'bearer-token',
    anchors: [anyCase('bear')],
    // Base64, base64url or opaque, with a digit somewhere near: `bearer authentication` has none.
    pattern: /[Bb][Ee][Aa][Rr][Ee][Rr](?: |%20|\+){1,4}((?=[A-Za-z._~+/-]{0,80}\d)[\w.~+/-]{16,}=*)/,
  },
]

/** Credentials that are recognised by how they begin. */
export const tokenRules: readonly SecretRule[] = [...forms, ...serviceTokenForms, ...prefixForms].map(tokenRule)
