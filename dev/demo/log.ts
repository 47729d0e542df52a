import type { BaseLogger } from 'pino'

/** Where the demo parts say what they do; a pino logger fits. */
export type DemoLog = Pick<BaseLogger, 'info' | 'warn'>
