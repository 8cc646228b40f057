import type {
  AgreementInfo,
  ChatMessage,
  PollInfo,
  ReceiptInfo,
  ReceiptProof,
  StageInfo,
  SubmitResult,
  Wallet,
} from '#protocols/api/v1/schemas.ts'
import type { Cast } from './cast.ts'
import type { Fan } from './fan.ts'
import { LiveFeed } from './live.ts'
import { eventually } from './report.ts'
import { SPLITS } from './story-media.ts'
import { verifyReceipt } from './verify-receipt.ts'

const LIVE_WAIT_MS = 5_000
const CATCH_UP_WAIT_MS = 15_000
/** A stage that was off must stop within this. */
const STOP_MS_MAX = 3_000
const ABSENT_MESSAGES = 20
const ms = (value: number): string => `${Math.round(value)} ms`

/** One says it at one page; the other page shows it. To the milliseconds in between. */
async function heard(fan: Fan, feed: LiveFeed, community: string, text: string): Promise<number> {
  const began = performance.now()
  await fan.chat(community, text)
  await feed.next(`"${text}"`, LIVE_WAIT_MS, event =>
    event.event === 'chat' && event.data.text === text && event.data.author === fan.key ? true : undefined,
  )
  return performance.now() - began
}

export async function chat({ report, ada, ben, community, feeds }: Cast): Promise<void> {
  await report.step('fans of both talk, in both directions', async () => {
    const there = await heard(ada, feeds.northside, community, 'Can you hear us up north?')
    const back = await heard(ben, feeds.harbour, community, 'Loud and clear. Track two again, please.')
    return `heard after ${ms(there)} and ${ms(back)}`
  })
}

export async function vote({ report, harbour, northside, ada, ben, community }: Cast): Promise<void> {
  await report.step('a poll opens; a fan of each votes; both pages count the same', async () => {
    const body = {
      room: 'main',
      question: 'Which one opens the next concert?',
      options: ['The first', 'The second', 'The third'],
      closesAt: Date.now() + 3_600_000,
    }
    const { id } = await harbour.api<SubmitResult>('/community-events', { type: 'engagement/poll', body })
    const pollAt = async (fan: Fan): Promise<PollInfo | undefined> =>
      (await fan.stage.api<PollInfo[]>(`/polls?community=${community}`)).find(poll => poll.id === id)
    await eventually('the poll', LIVE_WAIT_MS, () => pollAt(ben))
    const poll = new Uint8Array(Buffer.from(id, 'hex'))
    await ada.say(community, 'engagement/vote', { poll, option: 1 })
    await ben.say(community, 'engagement/vote', { poll, option: 1 })
    const tallies = await Promise.all(
      [ada, ben].map(fan =>
        eventually(`both votes at ${fan.stage.name}`, LIVE_WAIT_MS, async () => {
          const votes = (await pollAt(fan))?.options.map(option => option.votes) ?? []
          return votes.reduce((sum, count) => sum + count, 0) === 2 ? votes.join('-') : undefined
        }),
      ),
    )
    if (tallies[0] !== tallies[1])
      throw new Error(`${harbour.name} counts ${tallies[0]}, ${northside.name} ${tallies[1]}`)
    return `${tallies[0]} at both`
  })
}

export async function tip(cast: Cast): Promise<void> {
  const { report, harbour, northside, ada, ben, community, release, feeds } = cast
  await report.step('a fan tips 10.01 over a split of three; the other stage verifies the receipt', async () => {
    const { asset } = await harbour.api<StageInfo>('/stage')
    await harbour.command('credit', ada.key, '25', '--evidence', 'demo')
    const amount = (1001n * 10n ** BigInt(asset.scale)) / 100n
    const body = {
      release,
      amount,
      asset: { ...asset, issuer: new Uint8Array(Buffer.from(asset.issuer, 'hex')) },
      reference: null,
      use: 'tip' as const,
    }
    const began = performance.now()
    const { receipt: index, ack } = await ada.order(community, 'value/tip', body)
    if (index === null || ack === null) throw new Error('the tip was accepted without a signed promise')
    const accepted = performance.now() - began
    await feeds.northside.next('the receipt', LIVE_WAIT_MS, event =>
      event.event === 'log' && event.data.community === community && event.data.finalSize > index ? true : undefined,
    )
    const took = performance.now() - began
    const receipt = await northside.api<ReceiptProof>(`/receipts/${community}/${index}`)
    const lines = verifyReceipt(cast.crypto, receipt)
    checkSplit(lines, amount * 10n ** BigInt(FINE_SCALE - asset.scale))
    const { balance } = await harbour.api<Wallet>(`/wallets/${ada.key}`)
    if (BigInt(balance) + amount !== 25n * 10n ** BigInt(asset.scale)) throw new Error(`the wallet holds ${balance}`)
    const parts = [...lines].map(([party, part]) => `${party} ${decimal(part, FINE_SCALE)}`).join(', ')
    return `${parts}; receipt #${index} promised after ${ms(accepted)}, proven there after ${ms(took)}`
  })
  await report.step('what waited for a musician is hers once she has an account', async () => {
    const [agreement] = await harbour.api<AgreementInfo[]>(`/agreements?release=${release}`)
    const party = agreement?.parties[0]
    if (agreement === undefined || party === undefined) throw new Error('the release has no agreement')
    await harbour.api(`/agreements/${agreement.hash}/settle`, { party: party.party, account: ben.key })
    const { balance, fine, asset } = await harbour.api<Wallet>(`/wallets/${ben.key}`)
    if (fine !== party.waiting) throw new Error(`${party.waiting} waited, and the wallet holds ${fine}`)
    return `${party.name} can spend ${decimal(BigInt(balance), asset.scale)} ${asset.code} of ${decimal(BigInt(fine), FINE_SCALE)}`
  })
}

const FINE_SCALE = 9

/** Exactly, without zeros at the end. */
function decimal(units: bigint, scale: number): string {
  const digits = units.toString().padStart(scale + 1, '0')
  const at = digits.length - scale
  return `${digits.slice(0, at)}.${digits.slice(at)}`.replace(/\.?0+$/, '')
}

/** Every party's part is within one fine unit of exact, and nothing is lost or made. */
function checkSplit(lines: ReadonlyMap<string, bigint>, amount: bigint): void {
  const total = [...lines.values()].reduce((sum, part) => sum + part, 0n)
  if (total !== amount) throw new Error(`the lines total ${total} of ${amount}`)
  for (const [party, shares] of Object.entries(SPLITS)) {
    const off = (lines.get(party) ?? 0n) * 10_000n - amount * BigInt(shares)
    if (off >= 10_000n || off <= -10_000n) throw new Error(`${party} got ${lines.get(party)} of ${amount}`)
  }
}

export async function catchUp(cast: Cast): Promise<void> {
  const { report, harbour, northside, ada, community } = cast
  let said: SubmitResult | undefined
  await report.step('the second stage stops', async () => {
    cast.feeds.northside.close()
    const took = await northside.stop()
    if (took > STOP_MS_MAX) throw new Error(`it took ${ms(took)}`)
    return ms(took)
  })
  await report.step('the first goes on talking', async () => {
    for (let n = 1; n <= ABSENT_MESSAGES; n++) said = await ada.chat(community, `While you were away, ${n}`)
    await harbour.command<ReceiptInfo>('credit', ada.key, '1', '--evidence', 'demo, while the other stage was off')
    return `${ABSENT_MESSAGES} messages and a receipt`
  })
  await report.step('the second starts again and catches up', async () => {
    const started = await northside.start()
    const began = performance.now()
    const path = `/rooms/${community}/main/messages?limit=100`
    const messagesAt = async (fan: Fan): Promise<string[]> =>
      (await fan.stage.api<ChatMessage[]>(path)).map(message => message.id)
    const there = await eventually('the last message', CATCH_UP_WAIT_MS, async () => {
      const ids = await messagesAt(cast.ben)
      return said !== undefined && ids.includes(said.id) ? ids : undefined
    })
    const here = await messagesAt(ada)
    if (there.join() !== here.join()) throw new Error(`${there.length} messages there, ${here.length} here`)
    const latest = async (at: Cast['harbour']): Promise<ReceiptInfo | undefined> =>
      (await at.api<ReceiptInfo[]>(`/receipts?community=${community}&limit=1`))[0]
    const expected = await latest(harbour)
    await eventually('the receipt', CATCH_UP_WAIT_MS, async () => {
      const receipt = await latest(northside)
      return receipt?.leafHash === expected?.leafHash && receipt?.verified ? true : undefined
    })
    const took = performance.now() - began
    cast.feeds.northside = await LiveFeed.open(northside.url)
    const again = await heard(ada, cast.feeds.northside, community, 'Welcome back.')
    return `page after ${ms(started)}, all ${there.length} messages and the receipt ${ms(took)} later, live again in ${ms(again)}`
  })
}
