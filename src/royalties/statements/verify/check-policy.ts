import { equals } from 'uint8arrays/equals'
import type { Bundle } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import { decodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import { committeeFor } from '#src/ledger/committee/committee-for.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { verifyCharter } from '#src/ledger/committee/verify-charter.ts'
import { type Head, type Ports, shortHex } from './check-head.ts'
import { refuse, type Step } from './refusal.ts'

type Charter = Parameters<typeof committeeFor>[0]

/** Who stands behind the checkpoint. */
export interface Certification {
  readonly self: boolean
  readonly epoch: number
  /** Names of the communities that cosigned. */
  readonly seats: readonly string[]
  readonly weight: number
  readonly quorum: number
  readonly total: number
  readonly step: Step
}

/** Every charter follows on the one before; the answer is the newest. */
function newestCharter(ports: Ports, charters: readonly Uint8Array[]): Charter | null {
  let previous: Charter | null = null
  for (const [ordinal, bytes] of charters.entries()) {
    const part = partName('charter', ordinal)
    const signed = decodeSignedCharter(bytes)
    if (!signed.ok) return refuse(part, signed.error.message)
    const verified = verifyCharter(ports, signed.value, previous)
    if (!verified.ok) return refuse(part, verified.error.message)
    previous = verified.value
  }
  return previous
}

function selfCertified({ community, checkpoint, commit }: Head): Certification {
  if (checkpoint.signatures.some(line => line.name !== checkpoint.origin))
    refuse(partName('proof', 0), 'the checkpoint carries signatures that no charter in the file explains')
  const step: Step = {
    said: 'The community alone signed this log: it is self-certified',
    detail: `signed by ${shortHex(community)}; nobody else re-executed it, so a second opinion is worth having`,
    checked: true,
  }
  return { self: true, epoch: commit.epoch, seats: [], weight: 0, quorum: 0, total: 1, step }
}

function certified(ports: Ports, head: Head, charter: Charter, committee: Committee): Certification {
  const { checkpoint, community, note } = head
  const proof = partName('proof', 0)
  const certificate = verifyCertificate(ports, committee, { origin: checkpoint.origin, community }, note)
  if (!certificate.ok) return refuse(proof, certificate.error.message)
  const { seats, weight, notAfter } = certificate.value
  // A line that says nothing could hide a changed byte, so a bundle carries none.
  const others = checkpoint.signatures.filter(line => line.name !== checkpoint.origin)
  const idle = others.find(line => !seats.some(seat => seat.name === line.name))
  if (idle !== undefined || others.length !== seats.length)
    return refuse(proof, `the signature of ${idle?.name ?? 'a seat'} on the checkpoint does not verify`)
  if (!certificate.value.quorum)
    return refuse(proof, `seats of weight ${weight} certified the checkpoint, and ${committee.quorum} are needed`)
  const named = seats.map(seat => charter.members.find(one => equals(one.community, seat.key))?.name ?? seat.name)
  const step: Step = {
    said: `${weight} of ${committee.total} seats re-executed and certified this log; ${committee.quorum} are needed`,
    detail: `${named.join(', ')}, by the charter of epoch ${charter.epoch}${notAfter === null ? '' : `, not after ${new Date(notAfter * 1000).toISOString()}`}`,
    checked: true,
  }
  return {
    self: false,
    epoch: charter.epoch,
    seats: named,
    weight,
    quorum: committee.quorum,
    total: committee.total,
    step,
  }
}

/** The charters in the file are the whole policy: no node is asked. Whether they are the right ones is for the reader to know. */
export function checkPolicy(ports: Ports, head: Head, { charters }: Bundle): Certification {
  const charter = newestCharter(ports, charters)
  if (charter === null && head.commit.epoch === 0) return selfCertified(head)
  if (charter === null || charter.epoch !== head.commit.epoch)
    return refuse(
      partName('charter', Math.max(0, charters.length - 1)),
      `the log was certified under the charter of epoch ${head.commit.epoch}, and the file ends with ${charter === null ? 'none' : `epoch ${charter.epoch}`}`,
    )
  const committee = committeeFor(charter, head.community)
  return committee.total === 1 ? selfCertified(head) : certified(ports, head, charter, committee)
}
