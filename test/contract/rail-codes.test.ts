import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import { createCodesRail } from '#node/rails/codes/codes-rail.ts'
import { cardsWorld } from '#test/support/cards-world.ts'
import { railContract } from './rail.ts'

railContract('voucher codes', async () => {
  const worlds = [cardsWorld(1), cardsWorld(2)]
  const isIssued = (community: Uint8Array, batch: Uint8Array): boolean =>
    worlds.some(({ own, log }) => Buffer.compare(own, community) === 0 && log.batch(batch) !== null)
  const rails = worlds.map(({ own, open, log, clock }) =>
    createCodesRail({
      own,
      asset: { code: 'EUR', scale: 2 },
      cards: open(),
      hasher,
      verifier,
      clock,
      isIssued,
      orderIn: log.orderIn,
    }),
  )
  const [payer, payee] = rails
  if (payer === undefined || payee === undefined) throw new Error('two are needed')
  return {
    payer,
    payee,
    code: 'EUR',
    scale: 2,
    amount: 5_000n,
    // A card is in the log of its community as soon as it is printed.
    confirm: async () => {},
    close: async () => {
      for (const world of worlds) world.close()
    },
  }
})
