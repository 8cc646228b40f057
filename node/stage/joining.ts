import { timingSafeEqual } from 'node:crypto'
import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { InviteRow, Invites, JoiningApi, Members } from '#node/ports/settings.ts'
import type { InviteInfo, Joining } from '#protocols/api/v1/settings.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from '#src/engagement/admission.ts'
import type { Clock, Hasher, Random, Verifier } from '#src/kernel/ports.ts'
import { hex, key32 } from './keys.ts'

export interface JoiningInit {
  readonly own: Uint8Array
  readonly invites: Invites
  readonly members: Members
  readonly clock: Clock
  readonly random: Random
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly joining: () => Joining
  /** Whether this key was let in, moderates, or said something here before. */
  readonly isKnown: (key: Uint8Array) => boolean
}

/** What a fan signs to join. It is no event: no area of the protocol has it. */
const JOINING = 'access/join'
/** Nobody guesses 128 bits. */
const CODE_BYTES = 16
const CODE_FORM = /^[A-Za-z0-9_-]{22}$/
const ID_BYTES = 8
/** Each is compared when somebody joins, and an operator reads the list. */
const INVITES_MAX = 200
const DAY_MS = 24 * 60 * 60 * 1000

/** Invites, and whom they let in. */
export function createJoining(init: JoiningInit): JoiningApi {
  const { own, invites, members, clock } = init

  const stateOf = (row: InviteRow): InviteInfo['state'] => {
    if (row.revoked) return 'revoked'
    if (row.used >= row.uses) return 'used'
    return row.expiresAt <= clock.nowMs() ? 'expired' : 'open'
  }
  const info = ({ hash: _kept, revoked: _said, ...row }: InviteRow, state: InviteInfo['state']): InviteInfo => ({
    ...row,
    state,
  })
  const list = (): InviteInfo[] => invites.list().map(row => info(row, stateOf(row)))
  const member = (key: Uint8Array) => ({ key: hex(key), joined: init.joining() === 'everyone' || init.isKnown(key) })

  /** Forgets the oldest that are over, so that there is room for one more. */
  const makeRoom = (): void => {
    const rows = list()
    if (rows.length < INVITES_MAX) return
    const over = rows.filter(row => row.state !== 'open').at(-1)
    if (over === undefined)
      throw new StageError('conflict', `There are ${INVITES_MAX} open invites. Take one back before you make another.`)
    invites.remove(over.id)
  }

  /** Compares with every invite, in the same time whichever it is. */
  const find = (hash: Uint8Array): InviteRow | null => {
    let found: InviteRow | null = null
    for (const row of invites.list()) if (timingSafeEqual(row.hash, hash)) found = row
    return found
  }

  /** Whoever signed this, just now, for this community and this code. */
  const askedBy = (bytes: Uint8Array, code: Uint8Array): Uint8Array => {
    const decoded = decodeEnvelope(bytes)
    if (!decoded.ok) throw new StageError('bad-envelope', `This is no request: ${decoded.error.message}.`)
    const { type, author, community, at, body, payload, signature } = decoded.value
    const { invite } = (body ?? {}) as { invite?: unknown }
    if (type !== JOINING || !equals(community, own) || invite !== hex(code))
      throw new StageError('bad-envelope', 'This request is for something else.')
    if (!init.verifier.verify(author, signedBytes(type, payload), signature))
      throw new StageError('bad-signature', 'The signature does not match the author and the content.')
    const now = clock.nowMs()
    if (at > now + CLOCK_AHEAD_MS_MAX || at < now - CLOCK_BEHIND_MS_MAX)
      throw new StageError('clock-off', 'The clock of this device is off by minutes. Set it and ask again.')
    return author
  }

  return {
    invites: list,
    invite({ label = '', uses = 1, days = 14 }) {
      makeRoom()
      const code = asText(init.random.bytes(CODE_BYTES), 'base64url')
      const id = hex(init.random.bytes(ID_BYTES))
      const createdAt = clock.nowMs()
      const row = { id, label, uses, createdAt, expiresAt: createdAt + days * DAY_MS }
      invites.add({ ...row, hash: init.hasher.sha256(new TextEncoder().encode(code)) })
      return { ...row, used: 0, state: 'open', code }
    },
    revoke(id) {
      if (!invites.revoke(id)) throw new StageError('not-found', 'There is no such invite.')
      return list()
    },
    admit(key) {
      const bytes = key32(key, 'An account id')
      members.admit(bytes, clock.nowMs())
      return member(bytes)
    },
    join(code, envelope) {
      const hash = init.hasher.sha256(new TextEncoder().encode(code))
      const author = askedBy(envelope, hash)
      if (init.isKnown(author)) return member(author)
      if (init.joining() === 'nobody')
        throw new StageError('invite-needed', 'This community takes nobody new at the moment. You can listen and read.')
      const row = CODE_FORM.test(code) ? find(hash) : null
      if (row === null)
        throw new StageError('code-unknown', 'This invite is not known here. Check that the link is whole.')
      const state = stateOf(row)
      if (state === 'open' && members.redeem(author, row.id, clock.nowMs())) return member(author)
      throw state === 'revoked'
        ? new StageError('code-revoked', 'This invite was taken back. Ask for a new one.')
        : state === 'expired'
          ? new StageError('code-expired', 'This invite has run out. Ask for a new one.')
          : new StageError('code-used', 'This invite has been used as often as it may be. Ask for a new one.')
    },
    member: key => member(key32(key, 'An account id')),
  }
}
