import { z } from 'zod'
import { Hex32, TimeMs } from './basics.ts'

const Base64Url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/)

/** 1,023 bytes. */
const CredentialId = Base64Url(1_364).describe('credential id, base64url')
const ClientData = Base64Url(2_000)
const AuthenticatorData = Base64Url(4_000)

export const RegistrationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
  timeout: z.number().int(),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})

export const RegistrationResponse = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  response: z.object({ clientDataJSON: ClientData, attestationObject: Base64Url(16_000) }),
})

export const AssertionOptions = z.object({
  challenge: z.string(),
  timeout: z.number().int(),
  rpId: z.string(),
  userVerification: z.literal('required'),
})

export const AssertionResponse = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: ClientData,
    authenticatorData: AuthenticatorData,
    signature: Base64Url(8_000),
    userHandle: Base64Url(100).optional(),
  }),
})

const Proof = z.string().min(1).max(8_000).describe('signed envelope, base64 (protocols/identity/v1)')

export const AskRegistration = z.object({ key: Hex32, name: z.string().max(40) })
export const AddPasskey = z.object({ response: RegistrationResponse, proof: Proof })
export const OpenPasskey = z.object({ response: AssertionResponse })
export const PasskeyProof = z.object({ proof: Proof })

export const PasskeyInfo = z.object({
  credential: z.string().describe('base64url'),
  rp: z.string().describe('host name of the page under which it works'),
  label: z.string(),
  madeAt: TimeMs,
  usedAt: TimeMs.nullable(),
})

export const OpenedPasskey = z.object({
  key: Hex32,
  wrapped: z.string().describe('the seed of that key, closed by the passkey, base64'),
})

type Of<T extends z.ZodType> = z.infer<T>
export type RegistrationOptions = Of<typeof RegistrationOptions>
export type RegistrationResponse = Of<typeof RegistrationResponse>
export type AssertionOptions = Of<typeof AssertionOptions>
export type AssertionResponse = Of<typeof AssertionResponse>
export type PasskeyInfo = Of<typeof PasskeyInfo>
export type OpenedPasskey = Of<typeof OpenedPasskey>
