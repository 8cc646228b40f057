import { describe, expect, it } from 'vitest'
import { type Outcome, runSchedule } from '#test/support/sim-schedule.ts'
import { firstOf, howMany } from '#test/support/soak.ts'

/** A failing schedule is run again alone with `SIM_SEED=<seed>`; `SIM_RUNS` sets how many are tried. */
const SEED = process.env.SIM_SEED === undefined ? null : Number(process.env.SIM_SEED)
const RUNS = howMany('SIM_RUNS', { full: 2_000, share: 500 })
const FIRST_SEED = firstOf('SIM_FIRST')

const holds = (outcome: Outcome): boolean => outcome.converged && outcome.nothingLost
const replay = (seed: number, outcome: Outcome): string =>
  `${JSON.stringify(outcome)}\nreplay: SIM_SEED=${seed} npx vitest run --project sim test/sim/sync.test.ts`

describe('stages that crash, are parted and lose gossip', () => {
  it('all hold the same events once the network heals, under every schedule', () => {
    const seeds = SEED === null ? Array.from({ length: RUNS }, (_, index) => FIRST_SEED + index) : [SEED]
    const total = { events: 0, crashes: 0, partitions: 0, rounds: 0 }
    for (const seed of seeds) {
      const outcome = runSchedule(seed)
      if (!holds(outcome)) expect.fail(replay(seed, outcome))
      for (const name of ['events', 'crashes', 'partitions', 'rounds'] as const) total[name] += outcome[name]
    }
    expect(total.events).toBeGreaterThan(0)
    console.log(`${seeds.length} schedules: ${JSON.stringify(total)}`)
  })

  it('play the same schedule to the same end every time', () => {
    for (const seed of [3, 1_415, 92_653]) expect(runSchedule(seed)).toEqual(runSchedule(seed))
  })

  it('are caught apart when sessions trust sequence vectors alone', () => {
    const caught = Array.from({ length: 100 }, (_, seed) => runSchedule(seed, { skipReconciliation: true })).filter(
      outcome => !holds(outcome),
    )
    expect(caught.length).toBeGreaterThan(10)
  })
})
