import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { AssertionResponse, RegistrationResponse } from '#protocols/api/v1/passkeys.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'

const PRESENT = 0x01
const VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()
const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

export interface AuthenticatorPlace {
  readonly origin: string
  readonly rp: string
  readonly challenge: string
  /** Whether the person proved who they are; they did, unless said otherwise. */
  readonly verified?: boolean
}

/** An authenticator and a browser around it, in a few lines: ES256, attestation "none" (WebAuthn level 3, section 6). */
export function softAuthenticator() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credential = Uint8Array.from(randomBytes(32))
  const id = base64Url(credential)
  let counter = 0

  /** COSE_Key: EC2, ES256, P-256. Its keys are numbers, so it is written by hand. */
  const coseKey = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ])
  const clientData = (type: string, { origin, challenge }: AuthenticatorPlace): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const head = ({ rp, verified = true }: AuthenticatorPlace, flags: number): Buffer => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rp), Buffer.of(PRESENT | (verified ? VERIFIED : 0) | flags), count])
  }

  return {
    credential,
    /** A copy of this authenticator that stayed behind would count from here. */
    setCounter: (value: number): void => {
      counter = value
    },
    register(place: AuthenticatorPlace): RegistrationResponse {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credential.length)
      const authData = Buffer.concat([head(place, HAS_CREDENTIAL), Buffer.alloc(16), length, credential, coseKey])
      const attestationObject = encode({ fmt: 'none', attStmt: {}, authData: Uint8Array.from(authData) })
      const clientDataJSON = base64Url(clientData('webauthn.create', place))
      const response = { clientDataJSON, attestationObject: base64Url(attestationObject) }
      return { id, rawId: id, type: 'public-key', response }
    },
    assert(place: AuthenticatorPlace): AssertionResponse {
      counter++
      const authenticatorData = head(place, 0)
      const client = clientData('webauthn.get', place)
      const signature = createSign('sha256')
        .update(Buffer.concat([authenticatorData, sha256(client)]))
        .sign(privateKey)
      const response = {
        clientDataJSON: base64Url(client),
        authenticatorData: base64Url(authenticatorData),
        signature: base64Url(signature),
      }
      return { id, rawId: id, type: 'public-key', response }
    },
  }
}
