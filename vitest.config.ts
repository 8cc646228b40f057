import { defineConfig } from 'vitest/config'

const project = (name: string, timeoutMs: number, parallel: boolean) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    // Suites that start real stages take turns: a test machine has two cores.
    fileParallelism: parallel,
    // Those suites also race real clocks and sockets: in CI a test that fails gets one more try, which its report shows.
    retry: process.env.CI !== undefined && !parallel ? 1 : 0,
  },
})

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      project('unit', 30_000, true),
      project('architecture', 30_000, true),
      project('conformance', 60_000, true),
      project('contract', 60_000, true),
      project('sim', 120_000, true),
      project('fuzz', 180_000, false),
      project('integration', 120_000, false),
      project('e2e', 180_000, false),
    ],
  },
})
