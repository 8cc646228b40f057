import { cpuTimer } from '../support/cpu.ts'
import type { Contender, StartContender } from './contender.ts'

/** One node in its own process, told by its parent what to do. */

export type Order =
  | { readonly do: 'prepare'; readonly indices: readonly number[] }
  /** Publishes the prepared events evenly, `perSecond`, the first at `atMs` of the common clock. */
  | { readonly do: 'publish'; readonly indices: readonly number[]; readonly perSecond: number; readonly atMs: number }
  | { readonly do: 'count' }
  | { readonly do: 'report' }

export interface Report {
  readonly cpuSeconds: number
  /** Pairs of index and time on the common clock, in ms. */
  readonly sent: readonly (readonly [number, number])[]
  readonly received: readonly (readonly [number, number])[]
}

/** How often due events are published. */
const TICK_MS = 5

/** All processes of a machine share this clock, with microseconds. */
export const commonMs = (): number => performance.timeOrigin + performance.now()

async function main(kind: string, folder: string, others: readonly string[]): Promise<void> {
  const { start } = (await import(`./${kind}.ts`)) as { start: StartContender }
  const received = new Map<number, number>()
  const sent: [number, number][] = []
  const delivered = (index: number): void => {
    if (!received.has(index)) received.set(index, commonMs())
  }
  const contender = await start({ folder, others, delivered })
  let cpu = cpuTimer()

  const obey = async (order: Order): Promise<unknown> => {
    switch (order.do) {
      case 'prepare':
        await contender.prepare(order.indices)
        received.clear()
        sent.length = 0
        cpu = cpuTimer()
        return
      case 'publish':
        return publishAll(contender, order, sent)
      case 'count':
        return received.size
      case 'report':
        return { cpuSeconds: cpu(), sent, received: [...received] } satisfies Report
    }
  }

  process.on('message', (order: Order) => {
    obey(order).then(
      answer => process.send?.({ answer: answer ?? null }),
      cause => process.send?.({ error: String(cause) }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ answer: contender.addresses })
}

async function publishAll(
  contender: Contender,
  { indices, perSecond, atMs }: Extract<Order, { do: 'publish' }>,
  sent: [number, number][],
): Promise<void> {
  let next = 0
  while (next < indices.length) {
    const due = Math.min(indices.length, Math.floor(((commonMs() - atMs) / 1000) * perSecond) + 1)
    for (; next < due; next++) {
      const index = indices[next] ?? 0
      sent.push([index, commonMs()])
      contender.publish(index)
    }
    await new Promise(resolve => setTimeout(resolve, TICK_MS))
  }
}

if (import.meta.main) {
  const [kind = '', folder = '', ...others] = process.argv.slice(2)
  await main(kind, folder, others)
}
