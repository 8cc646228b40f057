import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import type { Auditor, LogCopies, OwnLog, Registry } from '#node/ports/ledger.ts'
import type { Follows } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { parseSeatName } from '#protocols/ledger/v1/origin.ts'
import type { Committee, Seat } from '#src/ledger/committee/types.ts'
import { saidOf } from './evidence-words.ts'
import { hex } from './keys.ts'

export interface AuditingInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly copies: LogCopies
  readonly auditor: Auditor
  readonly registry: Registry
  readonly follows: Follows
  readonly nameOf: (community: Uint8Array) => string
}

const EMPTY_ROOT = '0'.repeat(64)

/** Who certifies which log, how far, and what was found wrong: as the page shows it. */
export function createAuditing(init: AuditingInit) {
  const { own, ledger, copies, auditor, registry } = init

  const charter = () => {
    const proof = registry.history().at(-1)?.proof ?? null
    const decoded = proof === null ? null : decodeSignedCharter(proof)
    return proof !== null && decoded?.ok ? { proof, members: decoded.value.charter.members } : null
  }

  const seatInfo = (seat: Seat, cosigned: boolean): api.SeatInfo => {
    const community = parseSeatName(seat.name)
    const member = community === null ? undefined : charter()?.members.find(one => equals(one.community, community))
    return {
      name: seat.name,
      key: hex(seat.key),
      community: community === null ? '' : hex(community),
      communityName: member?.name ?? (community === null ? seat.operator : init.nameOf(community)),
      operator: seat.operator,
      weight: seat.weight,
      cosigned,
      ejected: registry.ejected(seat.key),
    }
  }

  const infoOf = ({ epoch, total, quorum, seats }: Committee, note: string): api.CommitteeInfo => {
    const parsed = parseCheckpoint(note)
    // Every cosignature was verified before its line was kept.
    const names = new Set(parsed.ok ? parsed.value.signatures.map(line => line.name) : [])
    const listed = seats.map(seat => seatInfo(seat, names.has(seat.name)))
    const signed = listed.reduce((sum, seat) => sum + (seat.cosigned && !seat.ejected ? seat.weight : 0), 0)
    return { epoch, total, quorum, signed, seats: listed }
  }

  /** The epoch that a community's log may be in: a charter may be known here, and not name the community (yet). */
  const epochOf = (community: Uint8Array): number => {
    const [epoch, joined] = [registry.epoch(), registry.joined(community)]
    return joined === null || joined > epoch ? 0 : epoch
  }

  /** Between two epochs a note is certified by the committee that its cosignatures are of. */
  const committee = (community: Uint8Array, note: string): api.CommitteeInfo => {
    const epoch = epochOf(community)
    const current = infoOf(registry.committee(community, epoch), note)
    if (current.total === 1 || current.signed >= current.quorum || epoch < 2) return current
    const before = infoOf(registry.committee(community, epoch - 1), note)
    return before.signed >= before.quorum ? before : current
  }

  const noteSize = (note: string): number => {
    const parsed = parseCheckpoint(note)
    return parsed.ok ? parsed.value.size : 0
  }

  const ownLogInfo = (): api.LogInfo => {
    const checkpoint = ledger.checkpoint()
    const certified = ledger.certified()
    return {
      community: hex(own),
      origin: originLine(checkpoint),
      size: ledger.size(),
      signedSize: ledger.signedSize(),
      finalSize: noteSize(certified),
      root: hex(ledger.root()),
      checkpoint,
      certified: certified === '' ? null : certified,
      state: ledger.state().kind,
      reason: saidOfHalt(ledger.state().reason),
      committee: committee(own, certified),
    }
  }

  const copyInfo = (community: Uint8Array): api.LogInfo => {
    const checkpoint = copies.checkpoint(community) ?? ''
    const parsed = parseCheckpoint(checkpoint)
    const certifiers = committee(community, checkpoint)
    const isFinal = parsed.ok && (certifiers.total === 1 || certifiers.signed >= certifiers.quorum)
    const signedSize = parsed.ok ? parsed.value.size : 0
    return {
      community: hex(community),
      origin: originLine(checkpoint),
      size: copies.contiguous(community),
      signedSize,
      finalSize: isFinal ? signedSize : 0,
      root: parsed.ok ? hex(parsed.value.root) : EMPTY_ROOT,
      checkpoint,
      certified: isFinal ? checkpoint : null,
      state: 'running',
      reason: null,
      committee: certifiers,
    }
  }

  return {
    committee,
    logInfo: (community: Uint8Array): api.LogInfo => (equals(community, own) ? ownLogInfo() : copyInfo(community)),
    federation(): api.FederationInfo {
      const inForce = charter()
      const members = inForce?.members ?? []
      const epoch = registry.epoch()
      const audits = members
        .filter(({ community }) => !equals(community, own))
        .filter(({ community }) => registry.committee(community, epoch).seats.some(seat => isSeatOf(seat, own)))
      return {
        epoch,
        charter: inForce === null ? null : asText(inForce.proof, 'base64pad'),
        members: members.map(({ community, name, operator, stake }) => ({
          community: hex(community),
          name,
          operator,
          stake,
        })),
        log: ownLogInfo(),
        audits: audits.map(({ community, name }) => {
          const head = auditor.head(community, null)
          return { community: hex(community), name, size: head?.size ?? 0, closed: head?.closed ?? false }
        }),
        evidence: copies.evidence(null).length,
      }
    },
    evidence: (): api.EvidenceInfo[] =>
      copies.evidence(null).map(bytes => ({ ...saidOf(bytes, init.nameOf), bytes: asText(bytes, 'base64pad') })),
  }
}

export type Auditing = ReturnType<typeof createAuditing>

/** Why nothing is signed, and what to do about it. */
const saidOfHalt = (reason: string | null): string | null =>
  reason === null
    ? null
    : `The log stands still because ${reason}. Going on would write a second history. Let your auditors close it where they know it to end, and open its successor: \`bandstand log succeed\`, or the button on the desk. All balances that they know come along.`

const originLine = (note: string): string => note.split('\n', 1)[0] ?? ''

const isSeatOf = (seat: Seat, community: Uint8Array): boolean => {
  const holder = parseSeatName(seat.name)
  return holder !== null && equals(holder, community)
}
