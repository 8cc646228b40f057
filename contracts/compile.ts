import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'

export interface Compiled {
  readonly abi: readonly unknown[]
  /** What is sent to a chain to create the contract, hex with `0x`. */
  readonly bytecode: `0x${string}`
}

const SOURCES = join(import.meta.dirname, 'src')

/** Chains of every kind run this; a newer one would shut some out. */
const EVM_VERSION = 'shanghai'

interface Output {
  readonly errors?: readonly { readonly formattedMessage: string }[]
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { abi: unknown[]; evm: { bytecode: { object: string } } }>>>
  >
}

/** Every contract of `src/`, by name. Throws what the compiler says, warnings included: there are none to live with. */
export function compile(): Readonly<Record<string, Compiled>> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.sol'))
  const sources = Object.fromEntries(
    files.sort().map(name => [name, { content: readFileSync(join(SOURCES, name), 'utf8') }]),
  )
  const settings = {
    optimizer: { enabled: true, runs: 1_000 },
    evmVersion: EVM_VERSION,
    // The same sources give the same bytes wherever they lie, comments apart.
    metadata: { bytecodeHash: 'none', appendCBOR: false },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
  }
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }))) as Output
  if (output.errors !== undefined) throw new Error(output.errors.map(error => error.formattedMessage).join('\n'))
  return Object.fromEntries(
    Object.values(output.contracts)
      .flatMap(Object.entries)
      .filter(([, { evm }]) => evm.bytecode.object !== '')
      .map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` }]),
  )
}
