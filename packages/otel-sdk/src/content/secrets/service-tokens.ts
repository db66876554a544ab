import { literal } from './secret-rule.ts'
import type { TokenForm } from './token-rule.ts'

const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const DIGIT = '0123456789'
/** What stands before a credential whose beginning is too short to be looked for by itself. */
const BEFORE = ' \t\n"\'`=:,;(<>[{/|'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const HEX = `${DIGIT}abcdef`

/**
 * Credentials of services, in the shapes that their makers document. Each anchor is the part that is rarest in other
 * texts, not always the first: the last two characters of an anchor are what the scanner stops at.
 */
export const serviceTokenForms: readonly TokenForm[] = [
  { kind: 'vault-token', anchors: [['h', 'v', 'sbr', '.']], pattern: /hv[sbr]\.[\w-]{24,}/, wordStart: true },
  {
    kind: 'terraform-token',
    anchors: [literal('asv1')],
    offset: -18,
    pattern: /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}/,
  },
  { kind: 'atlassian-token', anchors: [literal('TT3x')], offset: -3, pattern: /AT[AC]TT3xFf[\w-]{24,}(?:=[\w-]*)?/ },
  { kind: 'databricks-token', anchors: [literal('dapi')], pattern: /dapi[a-f0-9]{32,}(?:-\d+)?/, wordStart: true },
  {
    kind: 'newrelic-key',
    anchors: [literal('NRAK'), literal('NRII')],
    pattern: /NR(?:AK|II)-[\w-]{27,}/,
    wordStart: true,
  },
  {
    kind: 'linear-key',
    anchors: [literal('lin_')],
    pattern: /lin_(?:api|oauth)_[A-Za-z0-9]{32,}/,
    wordStart: true,
  },
  { kind: 'notion-token', anchors: [literal('ntn_')], pattern: /ntn_[A-Za-z0-9]{40,}/, wordStart: true },
  { kind: 'notion-token', anchors: [literal('secr')], pattern: /secret_[A-Za-z0-9]{43,}/, wordStart: true },
  { kind: 'sentry-token', anchors: [literal('sntr')], pattern: /sntry[su]_[\w+/=-]{40,}/ },
  {
    kind: 'grafana-token',
    anchors: [literal('glsa'), literal('glc_')],
    pattern: /gl(?:sa_[A-Za-z0-9]{32,}(?:_\w*)?|c_[A-Za-z0-9+/]{32,}={0,3})/,
    wordStart: true,
  },
  { kind: 'replicate-token', anchors: [['r', '8', '_', ALNUM]], pattern: /r8_[A-Za-z0-9]{37,}/, wordStart: true },
  {
    kind: 'fireworks-key',
    anchors: [['f', 'w', '_', ALNUM]],
    pattern: /fw_(?=[A-Za-z]{0,22}\d)[A-Za-z0-9]{22,}/,
    wordStart: true,
  },
  { kind: 'langsmith-key', anchors: [literal('lsv2')], pattern: /lsv2_(?:pt|sk)_[a-f0-9]{32,}(?:_[a-f0-9]*)?/ },
  { kind: 'figma-token', anchors: [literal('figd')], pattern: /figd_[\w-]{40,}/, wordStart: true },
  { kind: 'postman-key', anchors: [literal('PMAK')], pattern: /PMAK-[a-f0-9]{24,}(?:-[a-f0-9]*)?/ },
  { kind: 'supabase-key', anchors: [literal('sbp_')], pattern: /sbp_[a-f0-9]{40,}/, wordStart: true },
  { kind: 'supabase-key', anchors: [literal('sb_s')], pattern: /sb_secret_[\w-]{20,}/, wordStart: true },
  { kind: 'planetscale-token', anchors: [literal('psca')], pattern: /pscale_(?:pw|tkn|oauth)_[\w=.-]{32,}/ },
  {
    kind: 'doppler-token',
    anchors: [['d', 'p', '.', 'cpsa']],
    pattern: /dp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_-]{2,35})?)\.[A-Za-z0-9]{40,}/,
    wordStart: true,
  },
  { kind: 'pulumi-token', anchors: [literal('pul-')], pattern: /pul-[a-f0-9]{40,}/, wordStart: true },
  { kind: 'onepassword-token', anchors: [literal('_eyJ')], offset: -3, pattern: /ops_eyJ[\w+/-]{64,}={0,3}/ },
  { kind: 'rubygems-key', anchors: [literal('ruby')], pattern: /rubygems_[a-f0-9]{48,}/ },
  { kind: 'circleci-token', anchors: [literal('CCIP')], pattern: /CCIP(?:AT|RJ)_[A-Za-z0-9]{22,}(?:_[a-f0-9]*)?/ },
  { kind: 'buildkite-token', anchors: [literal('bkua')], pattern: /bkua_[a-f0-9]{40,}/, wordStart: true },
  { kind: 'fly-token', anchors: [literal('FlyV')], pattern: /FlyV1(?: |%20)(f[mo]\d[ar]?_[\w+/=,-]{40,})/ },
  { kind: 'fly-token', anchors: [literal('fm2_')], pattern: /fm2_[\w+/=,-]{100,}/, wordStart: true },
  { kind: 'heroku-key', anchors: [literal('HRKU')], pattern: /HRKU-[\w-]{36,}/ },
  { kind: 'age-key', anchors: [literal('AGE-')], pattern: /AGE-SECRET-KEY-1[A-Z0-9]{50,}/ },
  { kind: 'google-token', anchors: [['1', '/', '/', '0']], pattern: /1\/\/0[\w-]{40,}/, wordStart: true },
  {
    kind: 'discord-webhook',
    anchors: [literal('bhoo')],
    offset: -2,
    pattern: /webhooks\/(\d{15,20}\/[\w-]{40,})/,
  },
  {
    kind: 'ifttt-key',
    anchors: [literal('h/ke')],
    offset: -3,
    pattern: /(?<=maker\.ifttt\.com\/trigger\/[^\s/]{1,128}\/(?:json\/)?)with\/key\/([\w-]{16,})/,
  },
  {
    // The digits of an account's number in base64, then a time and a signature.
    kind: 'discord-token',
    anchors: [['MNO', 'DTjz', 'AEIMQUYcgk', 'wxyz012345']],
    pattern: /[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,}/,
    wordStart: true,
  },
  {
    kind: 'telegram-token',
    anchors: [[DIGIT, ':', 'A', 'A']],
    pattern: /(?<=\d{7,9})\d:(AA[\w-]{32,})/,
  },
  {
    kind: 'url-signature',
    anchors: [literal('z-Si'), literal('g-Si')],
    pattern: /[zg]-Signature=([0-9a-fA-F]{40,})/,
  },
  {
    kind: 'dynatrace-token',
    anchors: [['d', 't', '0', LOWER]],
    pattern: /dt0[a-z]\d\d\.[A-Za-z0-9]{8,}(?:\.[A-Za-z0-9]{16,})?/,
    wordStart: true,
  },
  {
    kind: 'square-token',
    anchors: [literal('EAAA')],
    // In base64 of binary data, runs of `A` are zeros.
    pattern: /(?<![\w+/-])EAAA(?=[\w-]{0,40}\d)[\w-]{22,}(?![\w+/=-])/,
  },
  {
    kind: 'facebook-token',
    anchors: [literal('EAAM'), literal('EAAC')],
    pattern: /EAA[MC][A-Za-z0-9]{90,}/,
    wordStart: true,
  },
  {
    kind: 'harness-key',
    anchors: [literal('sat.')],
    pattern: /sat\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20,}/,
    wordStart: true,
  },
  {
    kind: 'personal-token',
    anchors: [[BEFORE, 'p', 'a', 't']],
    offset: 1,
    startsText: 'p',
    // The other form is Harness's.
    pattern: /pat(?:[A-Za-z0-9]{14}\.[a-f0-9]{60,}|\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20,})/,
  },
  {
    kind: 'azure-secret',
    anchors: [[DIGIT, 'Q', '~', `${ALNUM}_~.-`]],
    offset: -3,
    pattern: /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,}/,
  },
  {
    kind: 'clickhouse-key',
    anchors: [literal('4b1d')],
    // A hash may begin so as well.
    pattern: /4b1d(?=[0-9a-f]{0,38}[g-zA-Z])[A-Za-z0-9]{38}(?![A-Za-z0-9])/,
    wordStart: true,
  },
  { kind: 'maxmind-key', anchors: [literal('_mmk')], offset: -36, pattern: /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk/ },
  { kind: 'newrelic-key', anchors: [literal('NRAL')], offset: -36, pattern: /[A-Za-z0-9]{36}NRAL/, wordStart: true },
  {
    kind: 'twilio-key',
    anchors: [[BEFORE, 'S', 'K', HEX]],
    offset: 1,
    startsText: 'S',
    pattern: /SK[0-9a-f]{32}(?![A-Za-z0-9])/,
  },
  {
    kind: 'yandex-token',
    anchors: [literal('t1.9')],
    pattern: /t1\.[\w-]{10,}={0,2}\.[\w-]{80,}={0,2}/,
    wordStart: true,
  },
  {
    kind: 'dropbox-token',
    anchors: [['s', 'l', '.', 'ABCu']],
    pattern: /sl\.(?:u\.)?[\w=-]{100,}/,
    wordStart: true,
  },
  {
    kind: 'sourcegraph-token',
    anchors: [literal('sgp_')],
    pattern: /sgp_[a-fA-F0-9]{16}_[a-fA-F0-9]{40,}/,
    wordStart: true,
  },
  {
    kind: 'authress-key',
    anchors: [['a', 'c', 'c', '_-']],
    offset: -1,
    before: /(?<![A-Za-z0-9])(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}$/,
    pattern: /\.acc[_-][a-z0-9-]{10,32}\.[\w+/=-]{30,}/,
  },
]
