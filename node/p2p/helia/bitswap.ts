import { withBitswap } from '@helia/bitswap'
import type { Libp2p } from '@libp2p/interface'
import type { BlockBroker, Helia, HeliaMixin } from 'helia'
import type { Blockstore } from '#node/p2p/blocks/blockstore.ts'

/**
 * Starts bitswap beside Helia and hands back its broker. Helia races all brokers it knows for every block, so bitswap
 * must not be one of them: it is asked only for what no stage holds, and serves only from `blocks`.
 */
export async function startBitswap(helia: Helia, libp2p: Libp2p, blocks: Blockstore): Promise<BlockBroker> {
  const mixins: HeliaMixin[] = []
  const started: BlockBroker[] = []
  const host = {
    status: 'starting',
    libp2p,
    blockstore: blocks,
    routing: helia.routing,
    logger: helia.logger,
    getHasher: helia.getHasher,
    hasBlockBroker: () => false,
    addBlockBroker: (broker: BlockBroker) => started.push(broker),
    addMixin: (mixin: HeliaMixin) => mixins.push(mixin),
  }
  type Host = Parameters<typeof withBitswap>[0]
  withBitswap(host as unknown as Host)
  for (const mixin of mixins) await mixin.start?.(host as unknown as Helia)
  const [broker] = started
  if (broker === undefined) throw new Error('bitswap did not start')
  return broker
}
