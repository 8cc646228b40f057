import { PASSKEY_ALGORITHMS, type PasskeyChecker } from '#node/ports/passkeys.ts'

/** Certificates of vendors and all: loaded when the first passkey is made or used, not when a stage starts. */
const library = () => import('@simplewebauthn/server')

/** WebAuthn level 3 as SimpleWebAuthn checks it, section 7.1 and 7.2. Whatever a browser sends, the answer is a value. */
export const passkeyChecker: PasskeyChecker = {
  async registration(response, { origin, rp, challenge }) {
    const { verifyRegistrationResponse } = await library()
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: { ...response, clientExtensionResults: {} },
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rp,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
      })
      if (registrationInfo === undefined) return null
      const { id, publicKey, counter } = registrationInfo.credential
      return { credential: Uint8Array.from(Buffer.from(id, 'base64url')), publicKey, counter }
    } catch {
      return null
    }
  },
  async assertion({ response, ...rest }, { origin, rp, challenge }, row) {
    const { verifyAuthenticationResponse } = await library()
    const { userHandle, ...answer } = response
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: {
          ...rest,
          response: userHandle === undefined ? answer : { ...answer, userHandle },
          clientExtensionResults: {},
        },
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rp,
        credential: { id: rest.id, publicKey: Uint8Array.from(row.publicKey), counter: row.counter },
        requireUserVerification: true,
      })
      return verified ? { counter: authenticationInfo.newCounter } : null
    } catch {
      return null
    }
  },
}
