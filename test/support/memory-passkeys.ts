import { StageError } from '#node/errors.ts'
import type { PasskeysApi } from '#node/ports/passkeys.ts'

const unknown = (): never => {
  throw new StageError('not-found', 'This stage does not know that passkey.')
}

/** Passkeys of a stage that keeps none. */
export const memoryPasskeys: PasskeysApi = {
  registration: ({ rp }, { key, name }) => ({
    rp: { id: rp, name: 'Park' },
    user: { id: key, name, displayName: name },
    challenge: 'AA',
    pubKeyCredParams: [],
    timeout: 1,
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  }),
  add: async () => unknown(),
  assertion: ({ rp }) => ({ challenge: 'AA', timeout: 1, rpId: rp, userVerification: 'required' }),
  open: async () => unknown(),
  list: () => [],
  remove: () => {},
}
