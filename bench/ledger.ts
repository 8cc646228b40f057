import type { BenchResult } from './support/result.ts'
import { rounded } from './support/statistics.ts'

/** What a part measures: merged into the one result of the bench. */
export type Part = () => Promise<Pick<BenchResult, 'ratios' | 'figures'>>

const PARTS: Readonly<Record<string, () => Promise<{ readonly run: Part }>>> = {
  decode: () => import('./ledger/decode.ts'),
  append: () => import('./ledger/append.ts'),
  seat: () => import('./ledger/seat.ts'),
  certificate: () => import('./ledger/certificate.ts'),
  proofs: () => import('./ledger/proofs.ts'),
  replay: () => import('./ledger/replay.ts'),
}

const round = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]))

/** The trust ledger, part by part: `npm run bench -- ledger` runs all, `npm run bench -- ledger append` one of them. */
export async function run(names: readonly string[] = process.argv.slice(3)): Promise<BenchResult> {
  const result = { ratios: {}, figures: {} }
  for (const [name, load] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.error(`ledger: ${name}`)
    const { run: part } = await load()
    const { ratios, figures } = await part()
    Object.assign(result.ratios, round(ratios))
    Object.assign(result.figures, round(figures))
  }
  return { bench: 'ledger', ...result }
}
