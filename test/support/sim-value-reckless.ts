import type { SimRandom } from './sim-network.ts'
import type { WaitingLeaf } from './sim-value-messages.ts'
import type { SimValueStage } from './sim-value-stage.ts'

/** Has the machine try everything that came, in any order, and some of it a little changed: what auditors rely on it to refuse. */
export function recklessly(
  random: SimRandom,
  { log, now }: SimValueStage,
  other: Uint8Array,
  items: readonly WaitingLeaf[],
): void {
  for (const { what, sequence, index, leaf, path } of items) {
    const at = log.at(now)
    if (what === 'ask') {
      const entry = log.machine.transferIn({ source: other, sequence, index, leaf, path }, at)
      if (!entry.ok) continue
      const { amount } = entry.value
      if (amount === 0n) log.append({ ...entry.value, outcome: 'delivered', amount: 10_000_000n })
      else if (random.chance(0.2)) log.append({ ...entry.value, amount: amount + 1n })
      log.append(entry.value)
    } else {
      const entry = log.machine.transferEnd({ next: other, sequence, index, leaf, path }, at)
      if (!entry.ok) continue
      const outcome = entry.value.outcome === 'delivered' ? 'declined' : 'delivered'
      if (random.chance(0.2)) log.append({ ...entry.value, outcome })
      log.append(entry.value)
    }
  }
}
