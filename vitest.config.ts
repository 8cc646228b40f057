import { defineConfig } from 'vitest/config'

const suite = (name: string, timeoutMs: number) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  testTimeout: timeoutMs,
  hookTimeout: timeoutMs,
})

/** Computes and leaves nothing behind: files share the processes of as many workers as there are cores, and their modules. */
const pure = (name: string, timeoutMs: number) => ({
  test: { ...suite(name, timeoutMs), maxWorkers: '100%', isolate: false },
})

/** Opens files and child processes of its own: each file has a process for itself. */
const apart = (name: string, timeoutMs: number) => ({ test: { ...suite(name, timeoutMs), maxWorkers: '100%' } })

// Suites that start real stages race real clocks and sockets: in CI a test that fails gets one more try, which its report shows.
const retry = process.env.CI === undefined ? 0 : 1

/** Starts stages as processes of their own, which mostly wait for each other: two files at a time, after what only computes. */
const byTwos = (name: string, timeoutMs: number) => ({
  test: { ...suite(name, timeoutMs), maxWorkers: 2, sequence: { groupOrder: 1 }, retry },
})

/** Loads the whole machine, with a browser or with a flood of requests: files take turns, at the end. */
const inTurn = (name: string, timeoutMs: number) => ({
  test: { ...suite(name, timeoutMs), fileParallelism: false, retry },
})

/** Runs contracts on one local chain, whose clock tests move: files take turns. */
const onChain = (name: string, timeoutMs: number) => ({
  test: { ...suite(name, timeoutMs), fileParallelism: false, globalSetup: 'test/support/chain-setup.ts' },
})

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      pure('unit', 30_000),
      pure('architecture', 30_000),
      pure('conformance', 60_000),
      apart('contract', 60_000),
      onChain('chain', 60_000),
      pure('sim', 120_000),
      inTurn('fuzz', 180_000),
      byTwos('integration', 120_000),
      inTurn('e2e', 180_000),
    ],
  },
})
