import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { loadIdentity } from '#node/identity/key-file.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { type Charter, charterMessage, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { StageClient } from './stage-client.ts'

/** A running stage, in this process or another one. */
export interface FoundingStage {
  readonly name: string
  readonly data: string
  /** Where others dial it. */
  readonly address: string
  readonly client: StageClient
}

/** A charter of these stages, each run by its own operator with one stake, signed by all of them. */
export async function foundFederation(stages: readonly FoundingStage[]): Promise<Uint8Array> {
  const members = await Promise.all(
    stages.map(async stage => ({
      community: fromString((await stage.client.stage()).community, 'hex'),
      name: stage.name,
      operator: `operator of ${stage.name}`,
      stake: 100,
      address: stage.address,
    })),
  )
  const charter: Charter = {
    network: 'bandstand',
    epoch: 1,
    previous: null,
    seats: 4,
    members: members.sort((a, b) => Buffer.compare(a.community, b.community)),
    startsAt: Date.now(),
  }
  const signatures = await Promise.all(
    stages.map(async ({ data }) => {
      const identity = await loadIdentity(data)
      if (identity === null) throw new Error('a running stage has an identity')
      return { key: identity.publicKey, signature: await identity.signer.sign(charterMessage(charter)) }
    }),
  )
  return encodeSignedCharter({ charter, signatures })
}

/** Hands the charter to every stage, as their operators do. */
export async function adoptEverywhere(stages: readonly FoundingStage[], charter: Uint8Array): Promise<void> {
  const body = { charter: asText(charter, 'base64pad') }
  for (const { client } of stages) await client.request<api.FederationInfo>('POST', '/federation', body)
}
