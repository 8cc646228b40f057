import type { Verifier } from '#src/kernel/ports.ts'
import type { SignatureCheck } from '#src/ledger/machine/machine.ts'

/**
 * A batch of signature checks in shared memory, so that threads take from it without a message for each.
 *
 *     int32  NEXT, LEFT, BAD, COUNT      NEXT: first check nobody took; LEFT: checks not done; BAD: 1 + index of a false one
 *     uint32 offsets[COUNT + 1]          where each record begins, and the end of the last
 *     record public key (32) || signature (64) || message
 */
const NEXT = 0
const LEFT = 1
const BAD = 2
const COUNT = 3
const HEADER_WORDS = 4
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** Checks taken at a time: about 3 ms of work, so that threads end together and rarely meet at the counter. */
const TAKEN_AT_ONCE = 64

/** `null` when a key or signature has another length than Ed25519's: no thread needs to look at it. */
export function packChecks(checks: readonly SignatureCheck[]): SharedArrayBuffer | null {
  const tableWords = HEADER_WORDS + checks.length + 1
  let size = tableWords * 4
  for (const { publicKey, signature, message } of checks) {
    if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return null
    size += KEY_BYTES + SIGNATURE_BYTES + message.length
  }
  const shared = new SharedArrayBuffer(size)
  const words = new Int32Array(shared, 0, tableWords)
  const bytes = new Uint8Array(shared)
  let at = tableWords * 4
  for (const [index, { publicKey, signature, message }] of checks.entries()) {
    words[HEADER_WORDS + index] = at
    bytes.set(publicKey, at)
    bytes.set(signature, at + KEY_BYTES)
    bytes.set(message, at + KEY_BYTES + SIGNATURE_BYTES)
    at += KEY_BYTES + SIGNATURE_BYTES + message.length
  }
  words[HEADER_WORDS + checks.length] = at
  words[LEFT] = checks.length
  words[COUNT] = checks.length
  return shared
}

/**
 * Takes checks until none is left. True for the one caller who finished the last: whoever that is tells that the batch
 * is done. After a false signature the rest is taken unread.
 */
export function workOff(verifier: Verifier, shared: SharedArrayBuffer): boolean {
  const header = new Int32Array(shared, 0, HEADER_WORDS)
  const count = header[COUNT] as number
  const offsets = new Uint32Array(shared, HEADER_WORDS * 4, count + 1)
  const bytes = new Uint8Array(shared)
  let last = false
  for (;;) {
    const from = Atomics.add(header, NEXT, TAKEN_AT_ONCE)
    if (from >= count) return last
    const to = Math.min(from + TAKEN_AT_ONCE, count)
    for (let index = from; index < to && Atomics.load(header, BAD) === 0; index++) {
      const at = offsets[index] as number
      const message = bytes.subarray(at + KEY_BYTES + SIGNATURE_BYTES, offsets[index + 1])
      const signature = bytes.subarray(at + KEY_BYTES, at + KEY_BYTES + SIGNATURE_BYTES)
      if (!verifier.verify(bytes.subarray(at, at + KEY_BYTES), message, signature))
        Atomics.compareExchange(header, BAD, 0, index + 1)
    }
    last = Atomics.sub(header, LEFT, to - from) === to - from
  }
}

/** Index of a false signature of a finished batch, or null. */
export function badCheck(shared: SharedArrayBuffer): number | null {
  const bad = Atomics.load(new Int32Array(shared, 0, HEADER_WORDS), BAD)
  return bad === 0 ? null : bad - 1
}
