import { timingSafeEqual } from 'node:crypto'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { StageError } from '#node/errors.ts'
import type { SignOffStore, SignOffsApi } from '#node/ports/sign-offs.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from '#src/engagement/admission.ts'
import type { Clock, Hasher, Random, Verifier } from '#src/kernel/ports.ts'
import type { Agreements } from './agreements.ts'
import { hex, key32 } from './keys.ts'

export interface SignOffsInit {
  readonly own: Uint8Array
  readonly agreements: Pick<Agreements, 'get' | 'settle'>
  readonly signOffs: SignOffStore
  /** The account that a key belongs to. */
  readonly accountOf: (key: Uint8Array) => Uint8Array
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  readonly random: Random
}

/** What a party signs. It is no event: no area of the protocol has it. */
const SAYING = 'access/sign-off'
const CODE_BYTES = 16
const LINK_MS = 30 * 24 * 60 * 60 * 1000

/** Parties without an account sign through a link: the code in it says that they are meant, their key what they agree to. */
export function createSignOffs(init: SignOffsInit): SignOffsApi {
  const { own, agreements, signOffs, clock, hasher, random } = init

  const find = (
    hash: string,
    party: string,
  ): { info: api.AgreementInfo; party: api.AgreementInfo['parties'][number] } => {
    const info = agreements.get(hash)
    const found = info.parties.find(one => one.party === party)
    if (found === undefined) throw new StageError('not-found', 'The agreement names no such party.')
    if (info.community !== hex(own))
      throw new StageError('not-for-you', 'That agreement belongs to another community, which asks its own parties.')
    return { info, party: found }
  }

  /** Who signed this, just now, for this very share. */
  const signedBy = (hash: string, party: string, bytes: Uint8Array): Uint8Array => {
    const decoded = decodeEnvelope(bytes)
    if (!decoded.ok) throw new StageError('bad-envelope', `This is no statement: ${decoded.error.message}.`)
    const { type, author, community, at, body, payload, signature } = decoded.value
    const said = body as { agreement?: unknown; party?: unknown } | null
    const meant = said?.agreement instanceof Uint8Array && hex(said.agreement) === hash && said.party === party
    if (type !== SAYING || !meant || !equals(community, own))
      throw new StageError('bad-envelope', 'This statement is about something else.')
    if (!init.verifier.verify(author, signedBytes(type, payload), signature))
      throw new StageError('bad-signature', 'The signature does not match the author and the content.')
    const now = clock.nowMs()
    if (at > now + CLOCK_AHEAD_MS_MAX || at < now - CLOCK_BEHIND_MS_MAX)
      throw new StageError('clock-off', 'The clock of this device is off by minutes. Set it and sign again.')
    return init.accountOf(author)
  }

  return {
    link(hash, party) {
      const { party: found } = find(hash, party)
      if (found.account !== null || found.standing !== 'unsigned')
        throw new StageError('conflict', `${found.name} has an account already: they sign with it, and need no link.`)
      const code = random.bytes(CODE_BYTES)
      const untilMs = clock.nowMs() + LINK_MS
      signOffs.give(key32(hash, 'An agreement'), party, hasher.sha256(code), untilMs)
      return { party, code: hex(code), until: untilMs }
    },
    async sign(hash, { party, code, envelope }) {
      const key = key32(hash, 'An agreement')
      const link = signOffs.find(key, party)
      const given = hasher.sha256(fromString(code, 'base16'))
      if (link === null || !timingSafeEqual(given, link.code) || link.untilMs < clock.nowMs())
        throw new StageError(
          'not-for-you',
          'This link has run out, or a newer one took its place. Ask whoever sent it for another.',
        )
      const { info, party: found } = find(hash, party)
      const account = signedBy(hash, party, envelope)
      if (found.standing === 'active' && link.said !== null && equals(link.said.account, account)) return info
      if (found.account !== null || found.standing !== 'unsigned')
        throw new StageError('conflict', `Somebody signed as ${found.name} already. Ask whoever sent you the link.`)
      // First what was signed: should the stage stop here, the link still works.
      signOffs.keep(key, party, { envelope, account, atMs: clock.nowMs() })
      return agreements.settle(hash, party, hex(account))
    },
  }
}
