import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import type { NettingMode } from '#node/config/settings.ts'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import { hex } from '#node/stage/keys.ts'
import { createNettings, type Nettings } from '#node/stage/settling/netting.ts'
import { shrinks } from '#node/stage/settling/netting-parts.ts'
import { createNettingBook } from '#node/store/desk/netting-book.ts'
import { DESK_MIGRATIONS } from '#node/store/desk/schema.ts'
import { err, ok } from '#protocols/codec/result.ts'
import { decodeNetting } from '#protocols/value/v1/netting.ts'
import { encodePosition, positionMessage } from '#protocols/value/v1/position.ts'
import { checkSignatures } from '#src/value/netting/document.ts'

const ASSET = { code: 'EUR', scale: 2 }
const unreachable = err({ code: 'peer-unreachable', message: 'Nobody answers.' })

export interface NettingSide {
  readonly name: string
  readonly key: Uint8Array
  readonly db: DatabaseSync
  nettings: Nettings
  /** Fine units: above zero this community owes the other one. */
  readonly positions: Map<string, bigint>
  readonly entered: Uint8Array[]
  online: boolean
  frozenWith: Uint8Array | null
  policy: NettingMode
  restart(): void
}

/** Communities in a circle, each of which owes the next one `debts[n]` fine units. */
export function nettingWorld(debts: readonly bigint[], policy: NettingMode = 'agree') {
  const signers = debts.map((_, n) => signerFromSeed(new Uint8Array(32).fill(n + 1)))
  const sides: NettingSide[] = []
  const world = { now: 1_800_000_000_000, lost: (_from: NettingSide, _to: NettingSide): boolean => false }
  const find = (key: Uint8Array): NettingSide | null => sides.find(side => equals(side.key, key)) ?? null

  const reach = (from: NettingSide, to: Uint8Array): NettingSide | null => {
    const side = find(to)
    return side === null || !side.online || !from.online ? null : side
  }

  const open = (side: NettingSide, n: number): Nettings => {
    const signer = signers[n] as (typeof signers)[number]
    return createNettings({
      own: side.key,
      signer,
      verifier,
      random: { bytes: length => new Uint8Array(randomBytes(length)) },
      clock: { nowMs: () => world.now },
      book: createNettingBook(side.db),
      policy: side.policy,
      nameOf: key => find(key)?.name ?? 'somebody',
      changed: () => {},
      failed: cause => {
        throw cause
      },
      ledger: {
        peers: () => [...side.positions.keys()].map(key => new Uint8Array(Buffer.from(key, 'hex'))),
        peer: key => ({ frozen: side.frozenWith !== null && equals(side.frozenWith, key) }),
        position: community => side.positions.get(hex(community)) ?? 0n,
        async net(document) {
          const read = decodeNetting(document)
          if (!read.ok || checkSignatures(read.value, verifier) !== null) throw new Error('nobody enters that')
          if (!side.entered.some(one => equals(one, document))) {
            side.entered.push(document)
            for (const key of read.value.participants) {
              const before = side.positions.get(hex(key)) ?? 0n
              if (!equals(key, side.key)) side.positions.set(hex(key), before - shrinks(read.value, side.key, key))
            }
          }
          return ok({ record: { index: side.entered.length } })
        },
      },
      wire: {
        connected: () => sides.filter(other => other !== side && other.online && side.online).map(other => other.key),
        async net(community, document) {
          const to = reach(side, community)
          if (to === null || world.lost(side, to)) return unreachable
          const answer = await to.nettings.shown(side.key, document)
          return world.lost(to, side) ? unreachable : answer
        },
        async positions(community, { code, scale }) {
          const to = reach(side, community)
          if (to === null) return unreachable
          const toSigner = signers[sides.indexOf(to)] as (typeof signers)[number]
          const stated = [...to.positions].map(([key, position]) => {
            const other = new Uint8Array(Buffer.from(key, 'hex'))
            const counts = { sent: 0, received: 0, settled: 0, settledIn: 0, size: 1, at: world.now, held: 0n }
            const owes = position > 0n ? position : 0n
            const owed = position < 0n ? -position : 0n
            const fields = { by: to.key, other, code, scale, owes, owed, ...counts }
            return encodePosition({ ...fields, signature: toSigner.sign(positionMessage(fields)) })
          })
          return ok(stated)
        },
      },
    })
  }

  signers.forEach(({ publicKey }, n) => {
    const db = new DatabaseSync(':memory:')
    for (const sql of DESK_MIGRATIONS) db.exec(sql)
    const side: NettingSide = {
      name: `Community ${n}`,
      key: publicKey,
      db,
      positions: new Map(),
      entered: [],
      online: true,
      frozenWith: null,
      policy,
      nettings: undefined as unknown as Nettings,
      restart: () => {
        side.nettings = open(side, n)
      },
    }
    side.restart()
    sides.push(side)
  })
  sides.forEach((side, n) => {
    const next = sides[(n + 1) % sides.length] as NettingSide
    side.positions.set(hex(next.key), (side.positions.get(hex(next.key)) ?? 0n) + (debts[n] ?? 0n))
    next.positions.set(hex(side.key), (next.positions.get(hex(side.key)) ?? 0n) - (debts[n] ?? 0n))
  })
  const close = (): void => {
    for (const { db } of sides) db.close()
  }
  /** What everybody owes the next one in the circle. */
  const owed = (): bigint[] =>
    sides.map((side, n) => side.positions.get(hex((sides[(n + 1) % sides.length] as NettingSide).key)) ?? 0n)
  return Object.assign(world, { sides, asset: ASSET, owed, close })
}
