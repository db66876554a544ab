import { afterMain, builtins, type PartName, parts } from '#worker-source'

/** What a worker needs to load its code. */
export interface WorkerCode {
  builtins: readonly string[]
  /** The program that runs first. */
  first: string
  /** Loaded when they are asked for: compressed by Brotli and in base64. */
  parts: Readonly<Partial<Record<PartName, string>>>
  /** Those of them whose bytes go on where `main` has its last one. */
  afterMain?: readonly PartName[]
  /** The URL of a folder with `NAME.cjs.map`, for a process that wants stack traces to name sources. */
  maps?: string | undefined
}

/** The code of a worker that exports. */
export const exportingCode = (wanted: {
  metrics: boolean
  traces: boolean
  patterns: boolean
  grpc: boolean
  local: boolean
}): WorkerCode => ({
  builtins,
  afterMain,
  first: "require('main')",
  parts: {
    main: parts.main,
    secrets: parts.secrets,
    ...(wanted.metrics && { metrics: parts.metrics }),
    ...(wanted.traces && { traces: parts.traces }),
    ...(wanted.patterns && { patterns: parts.patterns }),
    ...(wanted.grpc && { grpc: parts.grpc }),
    ...(wanted.local && { local: parts.local }),
  },
})

/** The code of a worker that does one thing for an operator. */
export const operatingCode = (): WorkerCode => ({
  builtins,
  afterMain,
  first: "require('operation').run()",
  parts: {
    main: parts.main,
    operation: parts.operation,
    secrets: parts.secrets,
    patterns: parts.patterns,
    grpc: parts.grpc,
    local: parts.local,
  },
})
