import type { TestProject } from 'vitest/node'
import { type Compiled, compile } from '#contracts/compile.ts'
import { startChain } from './local-chain.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the local chain listens. */
    rpc: string
    /** Every contract of contracts/src, compiled now. */
    contracts: Readonly<Record<string, Compiled>>
  }
}

/** One chain and one compilation for all files of the project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const starting = startChain()
  project.provide('contracts', compile())
  const { child, rpc } = await starting
  project.provide('rpc', rpc)
  return async () => {
    child.removeAllListeners('exit')
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}
