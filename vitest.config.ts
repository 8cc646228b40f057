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

/**
 * Starts real stages: files take turns, for a test machine has two cores. Those suites also race real clocks and sockets: in CI
 * a test that fails gets one more try, which its report shows.
 */
const inTurn = (name: string, timeoutMs: number) => ({
  test: { ...suite(name, timeoutMs), fileParallelism: false, retry: process.env.CI === undefined ? 0 : 1 },
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
      inTurn('integration', 120_000),
      inTurn('e2e', 180_000),
    ],
  },
})
