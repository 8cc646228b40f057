import { StageError } from '#node/errors.ts'
import type { JoiningApi, SettingsApi } from '#node/ports/settings.ts'
import type { StageSettings } from '#protocols/api/v1/settings.ts'

const FIRST: StageSettings = {
  place: '',
  timeZone: null,
  language: null,
  currency: { code: 'TEST', scale: 9, fixed: null },
  joining: 'everyone',
  cacheCap: { bytes: 1_000, fixed: null },
  step: null,
}

/** What an operator decides, kept as long as the test runs. */
export function memorySettings(): SettingsApi {
  let now = FIRST
  return {
    read: () => now,
    async write({ cacheCapBytes, currency, ...change }) {
      const cap = cacheCapBytes === undefined ? {} : { cacheCap: { bytes: cacheCapBytes, fixed: null } }
      const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      now = { ...now, ...said, ...cap, ...(currency === undefined ? {} : { currency: { ...currency, fixed: null } }) }
      return now
    },
    shown: () => now,
  }
}

const INVITE = { id: 'd4'.repeat(8), label: '', uses: 1, used: 0, createdAt: 1, expiresAt: 2, state: 'open' } as const

/** One invite that is never known. */
export const memoryJoining = (): JoiningApi => ({
  invites: () => [INVITE],
  invite: () => ({ ...INVITE, code: 'A'.repeat(22) }),
  revoke: () => [{ ...INVITE, state: 'revoked' }],
  admit: key => ({ key, joined: true }),
  join: () => {
    throw new StageError('code-unknown', 'This invite is not known here. Check that the link is whole.')
  },
  member: key => ({ key, joined: true }),
})
