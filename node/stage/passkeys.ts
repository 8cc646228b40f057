import { isIP } from 'node:net'
import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import {
  PASSKEY_ALGORITHMS,
  type PasskeyChecker,
  type PasskeyRow,
  type PasskeySite,
  type PasskeyStore,
  type PasskeysApi,
} from '#node/ports/passkeys.ts'
import type * as api from '#protocols/api/v1/passkeys.ts'
import { passkeyAdd, passkeyList, passkeyRemove } from '#protocols/identity/v1/passkey.ts'
import type { Random } from '#src/kernel/ports.ts'
import { CHALLENGE_MS, createChallenges } from './challenges.ts'
import { hex, key32 } from './keys.ts'
import { readSignedRequest, type SignedRequestInit } from './signed-request.ts'

export interface PasskeysInit extends SignedRequestInit {
  readonly random: Random
  readonly store: PasskeyStore
  readonly checker: PasskeyChecker
  /** What an authenticator calls this stage. */
  readonly name: () => string
}

/** Phones, computers and keys of one person. */
const PER_KEY_MAX = 20
/** Some 40 MB. Keys are free, so all of them together are bounded. */
const ALL_MAX = 100_000

const fromBase64Url = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'))
const base64Url = (bytes: Uint8Array): string => asText(bytes, 'base64url')

const asInfo = ({ credential, rp, label, madeAt, usedAt }: PasskeyRow): api.PasskeyInfo => ({
  credential: base64Url(credential),
  rp,
  label,
  madeAt,
  usedAt,
})

const REFUSED = 'The passkey did not answer what was asked. Try again.'

/** A passkey is bound to a name; browsers refuse addresses of numbers. */
function checkSite({ rp }: PasskeySite): void {
  if (isIP(rp.replace(/^\[|\]$/g, '')) === 0) return
  throw new StageError('bad-address', 'A passkey needs a host name. Open this page under its name, or under localhost.')
}

/** The challenge that a browser answered; the library compares the rest. */
function challengeOf(clientDataJSON: string): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
      challenge: unknown
    }
    return typeof challenge === 'string' ? challenge : ''
  } catch {
    return ''
  }
}

/**
 * Passkeys of fans. A passkey opens a fan's seed on another device: the stage keeps the seed closed by a key that only the
 * authenticator can compute, and hands it to whoever proves to hold the credential.
 */
export function createPasskeys(init: PasskeysInit): PasskeysApi {
  const { store, checker, clock } = init
  const challenges = createChallenges(init.random, clock)

  const answered = (clientDataJSON: string): string => {
    const challenge = challengeOf(clientDataJSON)
    if (challenges.take(challenge)) return challenge
    throw new StageError('conflict', 'That took too long, or was answered before. Try again.')
  }

  return {
    registration(site, { key, name }) {
      checkSite(site)
      return {
        rp: { id: site.rp, name: init.name() },
        user: {
          id: base64Url(key32(key, 'A key')),
          name: name === '' ? key.slice(0, 8) : name,
          displayName: name,
        },
        challenge: challenges.make(),
        pubKeyCredParams: PASSKEY_ALGORITHMS.map(alg => ({ type: 'public-key' as const, alg })),
        timeout: CHALLENGE_MS,
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
      }
    },
    async add(site, response, proof) {
      checkSite(site)
      const { author, body } = readSignedRequest(init, proof, 'passkey/add', passkeyAdd)
      const challenge = answered(response.response.clientDataJSON)
      const checked = await checker.registration(response, { ...site, challenge })
      const isSame = checked !== null && equals(checked.credential, body.credential)
      if (!isSame || !equals(body.challenge, fromBase64Url(challenge))) throw new StageError('bad-signature', REFUSED)
      if (store.of(author).length >= PER_KEY_MAX)
        throw new StageError('over-limit', 'Your key has twenty passkeys. Remove one that you do not use.')
      if (store.count() >= ALL_MAX) throw new StageError('disk-full', 'This stage keeps no more passkeys.')
      const { rp } = site
      const { credential, publicKey, counter } = checked
      const { wrapped, label } = body
      const row = { credential, author, rp, publicKey, counter, wrapped, label, madeAt: clock.nowMs(), usedAt: null }
      if (!store.add(row)) throw new StageError('conflict', 'That passkey is known here already.')
      return asInfo(row)
    },
    assertion(site) {
      checkSite(site)
      return { challenge: challenges.make(), timeout: CHALLENGE_MS, rpId: site.rp, userVerification: 'required' }
    },
    async open(site, response) {
      const challenge = answered(response.response.clientDataJSON)
      const row = store.find(fromBase64Url(response.id))
      if (row === null || row.rp !== site.rp)
        throw new StageError(
          'not-found',
          'This stage does not know that passkey. It was removed, or made at another one.',
        )
      const checked = await checker.assertion(response, { ...site, challenge }, row)
      if (checked === null) throw new StageError('bad-signature', REFUSED)
      store.used(row.credential, checked.counter, clock.nowMs())
      return { key: hex(row.author), wrapped: asText(row.wrapped, 'base64pad') }
    },
    list: proof => store.of(readSignedRequest(init, proof, 'passkey/list', passkeyList).author).map(asInfo),
    remove(proof) {
      const { author, body } = readSignedRequest(init, proof, 'passkey/remove', passkeyRemove)
      const row = store.find(body.credential)
      if (row !== null && equals(row.author, author)) store.remove(body.credential)
    },
  }
}
