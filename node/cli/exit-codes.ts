import type { StageErrorCode } from '#node/errors.ts'

/** What the shell sees. 2 means that the command line itself was wrong; 130 that the person pressed Ctrl+C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** Exhaustive: a new code does not compile until somebody decided. */
export const EXIT_CODE: Readonly<Record<StageErrorCode, number>> = {
  'bad-request': EXIT.failed,
  'bad-arguments': EXIT.usage,
  'not-found': EXIT.failed,
  'not-operator': EXIT.failed,
  'forbidden-origin': EXIT.failed,
  'too-large': EXIT.failed,
  'too-many-requests': EXIT.failed,
  'already-running': EXIT.failed,
  'not-running': EXIT.failed,
  'port-in-use': EXIT.failed,
  'data-folder-unusable': EXIT.failed,
  'disk-full': EXIT.failed,
  'media-unreadable': EXIT.failed,
  'media-empty': EXIT.failed,
  'bad-name': EXIT.usage,
  'bad-splits': EXIT.usage,
  'bad-identifier': EXIT.usage,
  'bad-address': EXIT.usage,
  'peer-unreachable': EXIT.failed,
  'peer-refused': EXIT.failed,
  'no-holder': EXIT.failed,
  'bad-envelope': EXIT.failed,
  'bad-signature': EXIT.failed,
  'not-a-member': EXIT.failed,
  'unknown-community': EXIT.failed,
  'clock-off': EXIT.failed,
  'rate-limited': EXIT.failed,
  'not-for-you': EXIT.failed,
  'insufficient-balance': EXIT.failed,
  busy: EXIT.failed,
  'log-halted': EXIT.failed,
  'bad-archive': EXIT.failed,
  'bad-passphrase': EXIT.failed,
  conflict: EXIT.failed,
  stopping: EXIT.failed,
  internal: EXIT.failed,
}
