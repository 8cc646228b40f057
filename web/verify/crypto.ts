import { sha256 } from '@noble/hashes/sha2.js'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyStrictly } from './strict-ed25519.ts'

export const hasher: Hasher = { sha256: data => sha256(data) }
export const verifier: Verifier = { verify: verifyStrictly }
