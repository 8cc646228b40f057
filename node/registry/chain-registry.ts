import { equals } from 'uint8arrays/equals'
import type { LedgerFault, Registry } from '#node/ports/ledger.ts'
import type { StakeChain } from '#node/ports/stake-chain.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Charter, decodeSignedCharter, encodeCharter, encodeSignedCharter } from '#protocols/ledger/v1/charter.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { charterFromStakes, memberOf, membersFromStakes } from '#src/ledger/committee/charter-from-stakes.ts'
import { createBook } from './book.ts'
import { keepInFolder, readCharters, readEjected } from './folder.ts'

export interface ChainRegistryOptions {
  /** Where adopted epochs are kept, so that a stage starts without its chain. */
  readonly folder: string
  readonly network: string
  readonly chain: StakeChain
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
}

export interface ChainRegistry extends Registry {
  /** Adopts what the chain opened since, and ejects whom it slashed. A chain that cannot be read changes nothing (`busy`). */
  follow(): Promise<Result<number, LedgerFault>>
}

/** An epoch's proof is a charter without signatures: the chain is what proves it. */
const proofOf = (charter: Charter): Uint8Array => encodeSignedCharter({ charter, signatures: [] })

function readProof(proof: Uint8Array): Result<Charter, LedgerFault> {
  const signed = decodeSignedCharter(proof)
  if (!signed.ok) return err({ code: 'bad-request', message: `This is no charter: ${signed.error.message}.` })
  if (signed.value.signatures.length > 0)
    return err({ code: 'bad-request', message: 'This federation is on a chain; signatures prove nothing in it.' })
  return ok(signed.value.charter)
}

/** The charters that a chain's stakes give, one after another; each is computed once. */
function createDerivation({ chain, network, hasher, verifier }: ChainRegistryOptions) {
  const domain = { chainId: chain.chainId, contract: chain.contract }
  const charters: Charter[] = []
  /** Epochs of the chain that were read; one without any member gives no charter. */
  let read = 0

  return {
    charters,
    /** Reads on, up to the newest epoch that stays. */
    async extend(): Promise<Result<null, LedgerFault>> {
      const terms = await chain.terms()
      if (!terms.ok) return terms
      const { seats, minimum, epochs } = terms.value
      while (read < epochs) {
        const epoch = await chain.epoch(read + 1)
        if (!epoch.ok) return epoch
        const { rows, startsAt } = epoch.value
        const before = charters.at(-1)
        const previous =
          before === undefined ? null : { epoch: before.epoch, hash: hasher.sha256(encodeCharter(before)) }
        const members = membersFromStakes(verifier, domain, rows, minimum)
        const charter = charterFromStakes(previous, { network, seats, startsAt, members })
        if (charter !== null) charters.push(charter)
        read++
      }
      return ok(null)
    },
    /** Communities whose account was slashed, with the evidence's place in the chain: the account. */
    async slashed(): Promise<Result<{ community: Uint8Array; account: Uint8Array }[], LedgerFault>> {
      const terms = await chain.terms()
      if (!terms.ok || terms.value.epochs === 0) return terms.ok ? ok([]) : terms
      const newest = await chain.epoch(terms.value.epochs)
      if (!newest.ok) return newest
      const { minimum } = terms.value
      // What it has at stake is gone; that the community stood by the account is what counts.
      const found = newest.value.rows.filter(
        row => row.slashed && memberOf(verifier, domain, { ...row, stake: minimum }, minimum) !== null,
      )
      return ok(found.map(({ community, account }) => ({ community, account })))
    },
  }
}

/**
 * The federation as a stake registry on a chain has it. Nobody signs its charters: every stage computes them from the same
 * blocks. Throws `StageError` for a kept file that does not follow on the one before.
 */
export async function createChainRegistry(options: ChainRegistryOptions): Promise<ChainRegistry> {
  const { folder, clock, hasher } = options
  const derivation = createDerivation(options)
  const hashOf = (charter: Charter): Uint8Array => hasher.sha256(encodeCharter(charter))
  const epochs = await readCharters(folder, (proof, previous) => {
    const charter = readProof(proof)
    if (!charter.ok) return charter
    const { previous: named, epoch } = charter.value
    const follows =
      previous === null
        ? epoch === 1
        : epoch === previous.epoch + 1 && named !== null && equals(named, hashOf(previous))
    return follows ? charter : err({ code: 'conflict', message: 'It does not follow on the one before.' })
  })
  const book = createBook(
    {
      clock,
      ...keepInFolder(folder),
      async verify(proof) {
        const charter = readProof(proof)
        if (!charter.ok) return charter
        const extended = await derivation.extend()
        if (!extended.ok) return extended
        const derived = derivation.charters[charter.value.epoch - 1]
        return derived !== undefined && equals(proofOf(derived), proof)
          ? charter
          : err({ code: 'conflict', message: 'The chain has no such epoch, or another.' })
      },
    },
    { epochs, ejected: await readEjected(folder) },
  )

  const follow = async (): Promise<Result<number, LedgerFault>> => {
    const extended = await derivation.extend()
    if (!extended.ok) return extended
    for (const charter of derivation.charters.slice(book.history().length)) {
      const adopted = await book.adopt(proofOf(charter))
      if (!adopted.ok) return adopted
    }
    const slashed = await derivation.slashed()
    if (!slashed.ok) return slashed
    for (const { community, account } of slashed.value) await book.eject(community, account)
    return ok(book.history().length)
  }
  return { ...book, follow }
}
