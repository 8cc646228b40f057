import { type DestinationStream, type Logger, pino } from 'pino'
import type { LogLevel } from '#node/config/settings.ts'

export type { Logger } from 'pino'

/** JSON lines on standard error: standard output belongs to the one line that says where the page is. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: ['token', '*.token', 'passphrase', '*.passphrase', 'headers.authorization', 'headers.cookie'],
    },
    destination ?? pino.destination({ dest: 2, sync: true }),
  )
}
