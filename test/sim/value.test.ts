import { afterAll, describe, expect, it } from 'vitest'
import { MUTATIONS, withoutRule } from '#test/support/sim-value-mutants.ts'
import { runValueSchedule, type ValueOutcome } from '#test/support/sim-value-schedule.ts'
import { firstOf, howMany } from '#test/support/soak.ts'

/**
 * A failing schedule is run again alone with `SIM_SEED=<seed>`; `VALUE_RUNS` sets how many are tried, `VALUE_FIRST` where they
 * begin. Signatures are a keyed hash here; the machines, trees, notes, proofs and the relay's plans are the real code.
 */
const SEED = process.env.SIM_SEED === undefined ? null : Number(process.env.SIM_SEED)
const RUNS = howMany('VALUE_RUNS', { full: 10_000, share: 300 })
const FIRST = firstOf('VALUE_FIRST')
const BATCH = 100

const replay = (seed: number, outcome: ValueOutcome): string =>
  `${JSON.stringify(outcome)}\nreplay: SIM_SEED=${seed} npx vitest run --project sim test/sim/value.test.ts`

const starts =
  SEED === null ? Array.from({ length: Math.ceil(RUNS / BATCH) }, (_, batch) => FIRST + batch * BATCH) : [SEED]
const total: Record<string, number> = { schedules: 0, crashes: 0, quiet: 0, silence: 0, gone: 0, fork: 0 }

function count({ kind, crashes, counts }: ValueOutcome): void {
  const seen = { ...counts, crashes, schedules: 1, [kind]: 1 }
  for (const [name, times] of Object.entries(seen)) total[name] = (total[name] ?? 0) + times
}

describe(`value between logs, under lost and doubled messages, partitions, crashes and lies (${RUNS} schedules)`, () => {
  it.each(starts)(
    'is neither lost nor made nor stuck, and nobody is owed more than a line allows: schedules from %i',
    start => {
      const last = SEED ?? Math.min(start + BATCH, FIRST + RUNS) - 1
      for (let seed = start; seed <= last; seed++) {
        const outcome = runValueSchedule(seed)
        if (outcome.violation !== null) expect.fail(replay(seed, outcome))
        count(outcome)
      }
    },
  )

  it('saw what the claims are about', () => {
    console.log(JSON.stringify(total))
    if (SEED !== null) return
    for (const [name, times] of Object.entries(total)) expect(times, name).toBeGreaterThan(0)
  })

  it('plays the same schedule to the same end every time', () => {
    for (const seed of [3, 1_415]) expect(runValueSchedule(seed)).toEqual(runValueSchedule(seed))
  })
})

describe('the simulator notices when a log', () => {
  const removed: (() => void)[] = []
  afterAll(() => {
    for (const remove of removed) remove()
  })

  /** Schedules that are tried before the rule counts as not needed. */
  const SEEDS = 400
  const mutations = Object.entries(MUTATIONS).map(([name, { says }]) => [says, name as keyof typeof MUTATIONS] as const)
  it.each(mutations)('%s', async (_, name) => {
    const machinery = await withoutRule(name)
    removed.push(machinery.remove)
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violation } = runValueSchedule(seed, machinery)
      if (violation !== null) return console.log(`without ${name}: schedule ${seed}: ${violation}`)
    }
    expect.fail(`no violation within ${SEEDS} schedules`)
  })
})
