import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type * as wire from '#protocols/api/v1/passkeys.ts'
import { PRF_INPUT } from '#protocols/identity/v1/passkey.ts'
import { type Api, type Fan, t } from '#web/kit/mod.ts'
import { fromBase64, fromBase64Url, fromHex, toHex } from './encoding.ts'
import { restoredKey, seedOf } from './keys.ts'
import { closeSeed, openSeed } from './seed-wrap.ts'
import { readKey, replaceKey } from './vault.ts'

/** Why a passkey was not made or used, as a sentence for a person. */
export class PasskeyProblem extends Error {}

interface PrfOutputs {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: ArrayBuffer } }
}

/** Types of the library know nothing of the extension (WebAuthn level 3, section 10.1.4). */
const prfAsked = { prf: { eval: { first: new TextEncoder().encode(PRF_INPUT) } } } as object
const prfOf = (outputs: object): PrfOutputs['prf'] => (outputs as PrfOutputs).prf

const cannotHold = (): PasskeyProblem =>
  new PasskeyProblem(t`This device’s passkeys cannot hold your key. Use the recovery phrase instead.`)

/** Asks the authenticator; a person who changed their mind, or a browser that refuses, becomes a sentence. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    if (name === 'NotAllowedError' || name === 'AbortError')
      throw new PasskeyProblem(t`Nothing was changed: the passkey was not confirmed.`)
    if (name === 'InvalidStateError') throw new PasskeyProblem(t`This device holds a passkey of yours already.`)
    if (name === 'NotSupportedError' || name === 'ConstraintError') throw cannotHold()
    throw cause
  }
}

/** What only this authenticator can compute for the credential; null when it cannot. */
async function prfOutput(credential: string, rpId: string): Promise<ArrayBuffer | null> {
  const challenge = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
  const answer = await asked(() =>
    startAuthentication({
      // Nobody checks this answer: it only brings what closes the seed.
      optionsJSON: {
        challenge,
        rpId,
        allowCredentials: [{ id: credential, type: 'public-key' }],
        userVerification: 'required',
        extensions: prfAsked,
      },
    }),
  )
  return prfOf(answer.clientExtensionResults)?.results?.first ?? null
}

/** Lets the authenticator forget a credential that opens nothing; where it cannot, the person sees one too many. */
async function forget(rpId: string, credentialId: string): Promise<void> {
  const signal = (PublicKeyCredential as unknown as { signalUnknownCredential?: (gone: object) => Promise<void> })
    .signalUnknownCredential
  await signal?.call(PublicKeyCredential, { rpId, credentialId })?.catch(() => {})
}

/** Makes a passkey that opens this device's key elsewhere. Throws `PasskeyProblem`, or `ApiError` when the stage refuses. */
export async function addPasskey(api: Api, fan: Fan, community: string, label: string): Promise<wire.PasskeyInfo> {
  const { key, name } = await fan.ready()
  const stored = await readKey()
  const seed = stored === undefined ? null : await seedOf(stored)
  if (seed === null)
    throw new PasskeyProblem(t`This key was made before passkeys were. A key that is made from now on can have one.`)
  const options = await api.send<wire.RegistrationOptions>('POST', '/passkeys/options', { key, name })
  const made = await asked(() => startRegistration({ optionsJSON: { ...options, extensions: prfAsked } }))
  const prf = prfOf(made.clientExtensionResults)
  const output = prf?.results?.first ?? (prf?.enabled === true ? await prfOutput(made.id, options.rp.id) : null)
  if (output === null) {
    await forget(options.rp.id, made.id)
    throw cannotHold()
  }
  const wrapped = await closeSeed(seed, output, fromHex(key))
  const [challenge, credential] = [fromBase64Url(options.challenge), fromBase64Url(made.id)]
  const { envelope } = await fan.sign(community, 'passkey/add', { challenge, credential, wrapped, label }, 1)
  const { id, rawId, type, response } = made
  const { clientDataJSON, attestationObject } = response
  // What the extension answered stays here.
  return api.send('POST', '/passkeys', {
    response: { id, rawId, type, response: { clientDataJSON, attestationObject } },
    proof: envelope,
  })
}

/** The key of whoever holds the passkey takes the place of the one on this device. Likewise throws; then nothing changed. */
export async function signInWithPasskey(api: Api): Promise<void> {
  const options = await api.send<wire.AssertionOptions>('POST', '/passkeys/sign-in/options')
  const answer = await asked(() => startAuthentication({ optionsJSON: { ...options, extensions: prfAsked } }))
  const output = prfOf(answer.clientExtensionResults)?.results?.first
  if (output === undefined) throw cannotHold()
  const { id, rawId, type, response } = answer
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  const opened = await api.send<wire.OpenedPasskey>('POST', '/passkeys/sign-in', {
    response: { id, rawId, type, response: { clientDataJSON, authenticatorData, signature, userHandle } },
  })
  const seed = await openSeed(fromBase64(opened.wrapped), output, fromHex(opened.key))
  const key = seed === null ? null : await restoredKey(seed)
  if (key === null || toHex(key.publicKey) !== opened.key)
    throw new PasskeyProblem(t`The stage gave something that this passkey does not open. Nothing was changed.`)
  await replaceKey(key)
}

export async function listPasskeys(api: Api, fan: Fan, community: string): Promise<wire.PasskeyInfo[]> {
  const { envelope } = await fan.sign(community, 'passkey/list', {}, 1)
  return api.send('POST', '/passkeys/list', { proof: envelope })
}

export async function removePasskey(api: Api, fan: Fan, community: string, info: wire.PasskeyInfo): Promise<void> {
  const credential = fromBase64Url(info.credential)
  const { envelope } = await fan.sign(community, 'passkey/remove', { credential }, 1)
  await api.send('POST', '/passkeys/remove', { proof: envelope })
  await forget(info.rp, info.credential)
}
