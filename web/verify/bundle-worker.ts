import { sha256 } from '@noble/hashes/sha2.js'
import { createRules } from '#src/royalties/rules.ts'
import { verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import type { BundleAnswer } from './bundle-answer.ts'
import { verifyStrictly } from './strict-ed25519.ts'

const hasher = { sha256: (data: Uint8Array): Uint8Array => sha256(data) }
const ports = { hasher, verifier: { verify: verifyStrictly }, rules: createRules({ hasher }) }

/** The same rules as `bandstand verify`, away from the page's own thread. One file in, one answer out. */
self.addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => {
  const judged = verifyBundle(ports, data)
  const answer: BundleAnswer = judged.ok
    ? { ok: true, verdict: judged.value }
    : { ok: false, part: judged.error.part, message: judged.error.message }
  self.postMessage(answer)
})
