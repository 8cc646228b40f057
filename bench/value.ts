import type { BenchResult } from './support/result.ts'
import { median, percentile, rounded } from './support/statistics.ts'
import { floor } from './value/floor.ts'
import { netting } from './value/netting.ts'
import { measure } from './value/payments.ts'

/** One way; a round trip of 80 ms is that between two coasts. */
const DELAY_MS = 40
/** What a payment says to the other stage: a transfer-out with its order, its path, the head with four signatures and its commit. */
const MESSAGE_BYTES = 2_048
const FLOOR_ROUNDS = 100
const NEAR = { delayMs: 0, single: 100, fans: 32, each: 20 }
const FAR = { delayMs: DELAY_MS, single: 60, fans: 16, each: 20 }

/**
 * Payments between two communities of a federation of five: four seats certify each log. Five stages, each a process of its own, on
 * this machine; then the same with 80 ms between any two of them. Beside it, in the same run: one signed request and answer.
 * And netting of 50 communities beside pairs that net alone.
 */
export async function run(): Promise<BenchResult> {
  console.error('value: payments on one machine')
  const near = await measure(NEAR)
  const nearFloor = await floor(0, FLOOR_ROUNDS, MESSAGE_BYTES)
  console.error('value: payments with 80 ms between any two stages')
  const far = await measure(FAR)
  const farFloor = await floor(DELAY_MS, FLOOR_ROUNDS, MESSAGE_BYTES)
  console.error('value: netting')
  const net = netting()
  const ratios = {
    delivered_vs_rtt_floor: median(far.delivered) / median(farFloor),
    netting_vs_bilateral: net.multilateral / net.bilateral,
    delivered_vs_floor_near: median(near.delivered) / median(nearFloor),
  }
  const figures = {
    final_p50_ms: percentile(near.finals, 0.5),
    final_p99_ms: percentile(near.finals, 0.99),
    delivered_p50_ms: percentile(near.delivered, 0.5),
    delivered_p99_ms: percentile(near.delivered, 0.99),
    payments_per_s: near.perSecond,
    bytes_per_payment: far.wireBytes,
    disk_bytes_per_payment: near.diskBytes,
    final_p50_ms_80ms: percentile(far.finals, 0.5),
    final_p99_ms_80ms: percentile(far.finals, 0.99),
    delivered_p50_ms_80ms: percentile(far.delivered, 0.5),
    delivered_p99_ms_80ms: percentile(far.delivered, 0.99),
    payments_per_s_80ms: far.perSecond,
    floor_p50_ms: percentile(nearFloor, 0.5),
    floor_p50_ms_80ms: percentile(farFloor, 0.5),
    netting_ms: net.ms,
    netting_left_share: net.multilateral,
    bilateral_left_share: net.bilateral,
    netting_payments_left: net.payments,
    bilateral_payments_left: net.bilateralPayments,
  }
  const round = (values: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]))
  return { bench: 'value', ratios: round(ratios), figures: round(figures) }
}
