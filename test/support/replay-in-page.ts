import { sha256 } from '@noble/hashes/sha2.js'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { createRules } from '#src/royalties/rules.ts'
import { fromHex, toHex } from '#web/fan/encoding.ts'
import { verifyStrictly } from '#web/verify/strict-ed25519.ts'

export interface ReplayInPage {
  /** State root after each entry that was applied, in hex; a refused entry gives its code. */
  replay(community: string, entries: readonly string[]): string[]
}

const hasher = { sha256: (data: Uint8Array) => sha256(data) }

/** The ledger's state machine as a browser runs it: other hashes, other signatures, the same rules. */
const inPage: ReplayInPage = {
  replay(community, entries) {
    const machine = createMachine({ hasher, rules: createRules({ hasher }), community: fromHex(community) })
    return entries.map(hex => {
      const read = readEntry(hasher, fromHex(community), fromHex(hex))
      if (!read.ok) return read.error.code
      const { checks } = read.value
      if (!checks.every(one => verifyStrictly(one.publicKey, one.message, one.signature))) return 'bad-signature'
      const applied = machine.apply(read.value)
      return applied.ok ? toHex(machine.stateRoot()) : applied.error.code
    })
  },
}

Object.assign(globalThis, { inPage })
