import { toString as asText } from 'uint8arrays/to-string'
import type { Clock, Random } from '#src/kernel/ports.ts'

/** How long a person may take to find the device and the finger, ms. */
export const CHALLENGE_MS = 5 * 60 * 1000
/** Challenges open at once: more than a room full of people asks for. The oldest is forgotten first. */
const OPEN_MAX = 2_000
const CHALLENGE_BYTES = 32

/** Random questions for passkeys: each is answered once, in time, or never. */
export function createChallenges(random: Random, clock: Clock) {
  const open = new Map<string, number>()
  return {
    /** Base64url. */
    make(): string {
      const nowMs = clock.nowMs()
      for (const [known, endsMs] of open) {
        if (endsMs >= nowMs && open.size < OPEN_MAX) break
        open.delete(known)
      }
      const challenge = asText(random.bytes(CHALLENGE_BYTES), 'base64url')
      open.set(challenge, nowMs + CHALLENGE_MS)
      return challenge
    },
    /** Whether it was asked and not answered yet; from now on it is. */
    take(challenge: string): boolean {
      const endsMs = open.get(challenge)
      open.delete(challenge)
      return endsMs !== undefined && endsMs >= clock.nowMs()
    },
  }
}
