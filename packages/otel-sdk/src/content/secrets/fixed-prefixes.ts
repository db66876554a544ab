/**
 * Credentials of services that begin with fixed characters, as data.
 *
 * Prefixes, alphabets and lengths of the rows with a `rule` are facts of the rule set of gitleaks (MIT licence,
 * https://github.com/gitleaks/gitleaks, config/gitleaks.toml) at commit b58d3f102cf3a2c84cb7f923d05c25c9b1aed84b of
 * 2026-07-22. `scripts/secret-rules/compare.ts` shows what a newer copy of that file has that was not looked at. The
 * rows without a `rule` are from the documentation of the services.
 */
export interface FixedPrefix {
  /** Goes into the placeholder. */
  kind: string
  prefix: string
  alphabet: keyof typeof ALPHABETS
  /** Least number of characters of the alphabet after the prefix. */
  min: number
  /** Name of the rule in the rule set. */
  rule?: string
}

/** Members of a character class. A class with separators could be words: with those, a digit is asked for. */
export const ALPHABETS = {
  hex: 'a-fA-F0-9',
  alnum: 'A-Za-z0-9',
  lower: 'a-z0-9',
  capitals: 'A-Z0-9',
  'capitals and dashes': 'A-Z0-9-',
  'hex and dashes': 'a-fA-F0-9-',
  word: '\\w-',
  'word and padding': '\\w=-',
  'word and dots': '\\w.=-',
  base64: '\\w+/=-',
} as const

type Row = readonly [kind: string, prefix: string, alphabet: keyof typeof ALPHABETS, min: number, rule?: string]

const rows: readonly Row[] = [
  ['onepassword-key', 'A3-', 'capitals and dashes', 31, '1password-secret-key'],
  ['adobe-secret', 'p8e-', 'alnum', 32, 'adobe-client-secret'],
  ['alibaba-access-key-id', 'LTAI', 'alnum', 16, 'alibaba-access-key-id'],
  ['artifactory-key', 'AKCp', 'alnum', 64, 'artifactory-api-key'],
  ['artifactory-token', 'cmVmd', 'alnum', 59, 'artifactory-reference-token'],
  ['bedrock-key', 'ABSK', 'base64', 100, 'aws-amazon-bedrock-api-key-long-lived'],
  ['bedrock-key', 'bedrock-api-key-', 'base64', 24, 'aws-amazon-bedrock-api-key-short-lived'],
  ['clojars-token', 'CLOJARS_', 'alnum', 60, 'clojars-api-token'],
  ['cloudflare-key', 'v1.0-', 'hex and dashes', 100, 'cloudflare-origin-ca-key'],
  ['definednet-token', 'dnkey-', 'word and padding', 60, 'defined-networking-api-token'],
  ['duffel-token', 'duffel_test_', 'word and padding', 40, 'duffel-api-token'],
  ['duffel-token', 'duffel_live_', 'word and padding', 40, 'duffel-api-token'],
  ['easypost-key', 'EZAK', 'alnum', 50, 'easypost-api-token'],
  ['easypost-key', 'EZTK', 'alnum', 50, 'easypost-test-api-token'],
  ['flutterwave-key', 'FLWSECK_TEST-', 'word', 12, 'flutterwave-secret-key'],
  ['flutterwave-key', 'FLWSECK_TEST', 'alnum', 12, 'flutterwave-encryption-key'],
  ['flutterwave-key', 'FLWPUBK_TEST-', 'word', 32, 'flutterwave-public-key'],
  ['flutterwave-key', 'FLWSECK-', 'word', 20],
  ['fly-token', 'fo1_', 'word', 40, 'flyio-access-token'],
  ['fly-token', 'fm1a_', 'base64', 100, 'flyio-access-token'],
  ['fly-token', 'fm1r_', 'base64', 100, 'flyio-access-token'],
  ['frameio-token', 'fio-u-', 'word and padding', 60, 'frameio-api-token'],
  ['gitlab-token', 'GR1348941', 'word', 20, 'gitlab-rrt'],
  ['gitlab-session', '_gitlab_session=', 'lower', 32, 'gitlab-session-cookie'],
  ['grafana-token', 'eyJrIjoi', 'base64', 70, 'grafana-api-key'],
  ['huggingface-token', 'api_org_', 'alnum', 30, 'huggingface-organization-api-token'],
  ['infracost-key', 'ico-', 'alnum', 32, 'infracost-api-token'],
  ['intra42-secret', 's-s4t2ud-', 'hex', 64, 'intra42-client-secret'],
  ['intra42-secret', 's-s4t2af-', 'hex', 64, 'intra42-client-secret'],
  ['jwt', 'ZXlK', 'base64', 60, 'jwt-base64'],
  ['newrelic-key', 'NRJS-', 'hex', 19, 'new-relic-browser-api-token'],
  ['newrelic-key', 'NRAA-', 'word', 27],
  ['newrelic-key', 'NRRA-', 'word', 27],
  ['octopus-key', 'API-', 'capitals', 26, 'octopus-deploy-api-key'],
  ['openshift-token', 'sha256~', 'word', 40, 'openshift-user-token'],
  ['plaid-token', 'access-sandbox-', 'hex and dashes', 36, 'plaid-api-token'],
  ['plaid-token', 'access-production-', 'hex and dashes', 36, 'plaid-api-token'],
  ['prefect-key', 'pnu_', 'alnum', 36, 'prefect-api-token'],
  ['prefect-key', 'pnb_', 'alnum', 36],
  ['readme-key', 'rdme_', 'lower', 60, 'readme-api-token'],
  ['scalingo-token', 'tk-us-', 'word', 48, 'scalingo-api-token'],
  ['brevo-key', 'xkeysib-', 'word', 64, 'sendinblue-api-token'],
  ['brevo-key', 'xsmtpsib-', 'word', 64],
  ['settlemint-token', 'sm_aat_', 'alnum', 16, 'settlemint-application-access-token'],
  ['settlemint-token', 'sm_pat_', 'alnum', 16, 'settlemint-personal-access-token'],
  ['settlemint-token', 'sm_sat_', 'alnum', 16, 'settlemint-service-access-token'],
  ['shippo-token', 'shippo_live_', 'hex', 32, 'shippo-api-token'],
  ['shippo-token', 'shippo_test_', 'hex', 32, 'shippo-api-token'],
  ['sonar-token', 'squ_', 'lower', 40, 'sonar-api-token'],
  ['sonar-token', 'sqp_', 'lower', 40, 'sonar-api-token'],
  ['sonar-token', 'sqa_', 'lower', 40, 'sonar-api-token'],
  ['sourcegraph-token', 'sgp_', 'hex', 40, 'sourcegraph-access-token'],
  ['sourcegraph-token', 'sgp_local_', 'hex', 40, 'sourcegraph-access-token'],
  ['square-token', 'sq0atp-', 'word', 22, 'square-access-token'],
  ['square-token', 'sq0csp-', 'word', 22],
  ['typeform-token', 'tfp_', 'word and dots', 40, 'typeform-api-token'],
  ['yandex-key', 'AQVN', 'word', 35, 'yandex-api-key'],
  ['bitbucket-password', 'ATBB', 'alnum', 28],
  ['bitbucket-password', 'ATCTT3', 'base64', 60],
  ['cerebras-key', 'csk-', 'lower', 40],
  ['contentful-token', 'CFPAT-', 'word', 40],
  ['amazon-token', 'amzn.mws.', 'hex and dashes', 36],
  ['amazon-secret', 'amzn1.oa2-cs.v1.', 'hex', 32],
  ['e2b-key', 'e2b_', 'hex', 40],
  ['honeycomb-key', 'hcaik_', 'lower', 30],
  ['hubspot-token', 'pat-na1-', 'hex and dashes', 36],
  ['hubspot-token', 'pat-na2-', 'hex and dashes', 36],
  ['hubspot-token', 'pat-eu1-', 'hex and dashes', 36],
  ['langfuse-key', 'sk-lf-', 'hex and dashes', 36],
  ['logfire-token', 'pylf_v1_', 'word', 40],
  ['mercadopago-token', 'APP_USR-', 'word', 40],
  ['neon-key', 'napi_', 'lower', 40],
  ['netlify-token', 'nfp_', 'alnum', 36],
  ['nvidia-key', 'nvapi-', 'word', 40],
  ['pinecone-key', 'pcsk_', 'word', 40],
  ['posthog-key', 'phx_', 'alnum', 32],
  ['posthog-key', 'phs_', 'alnum', 32],
  ['razorpay-key', 'rzp_live_', 'alnum', 14],
  ['tailscale-key', 'tskey-', 'word', 20],
  ['tavily-key', 'tvly-', 'word', 28],
  ['tencent-access-key-id', 'AKID', 'alnum', 32],
  ['together-key', 'tgp_v1_', 'word', 40],
  ['vercel-token', 'vcp_', 'alnum', 40],
  ['vercel-token', 'vercel_blob_rw_', 'word', 30],
]

export const fixedPrefixes: readonly FixedPrefix[] = rows.map(([kind, prefix, alphabet, min, rule]) => ({
  kind,
  prefix,
  alphabet,
  min,
  ...(rule !== undefined && { rule }),
}))
