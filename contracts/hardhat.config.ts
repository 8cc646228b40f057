import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A chain for tests: `hardhat node` with this file. It compiles and downloads nothing. */
export default {
  paths: { cache: join(tmpdir(), 'bandstand-chain/cache'), artifacts: join(tmpdir(), 'bandstand-chain/artifacts') },
  networks: {
    node: {
      type: 'edr-simulated',
      chainId: 31_337,
      // Tests share the chain, and each takes accounts of its own.
      accounts: { count: 60 },
      initialBaseFeePerGas: 1_000_000_000,
    },
  },
}
