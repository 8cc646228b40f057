import { z } from 'zod'
import { StageError } from '#node/errors.ts'
import { ASSET_CODE_PATTERN, SCALE_MAX } from '#protocols/value/v1/constants.ts'

/** The table `[rails.evm]` of bandstand.toml. */
export interface EvmRailSettings {
  readonly chainId: number
  /** JSON-RPC addresses. What all of them say counts; one alone is believed. */
  readonly rpc: readonly string[]
  /** The till contract, and the token that is paid in. */
  readonly till: `0x${string}`
  readonly token: `0x${string}`
  /** The asset of the log that the token stands for. */
  readonly code: string
  readonly scale: number
  /** Of the token; at least `scale`. */
  readonly decimals: number
  /** Of the key that pays; a relative one is in the data folder. */
  readonly keyFile: string
  /** Where this community is paid; null: the account that pays. */
  readonly paidTo: `0x${string}` | null
  /** Blocks on top of one that make it final. */
  readonly confirmations: number
  readonly timeoutMs: number
  /** Most that is offered for a unit of gas, gwei. */
  readonly feeMaxGwei: number
}

/** The table `[registry.evm]`: the federation's stakes are read from a chain. */
export interface ChainRegistrySettings {
  readonly chainId: number
  readonly rpc: readonly string[]
  readonly contract: `0x${string}`
  readonly confirmations: number
  readonly timeoutMs: number
}

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address: 0x and 40 hex digits')
  .transform(text => text.toLowerCase() as `0x${string}`)

const chain = {
  chain: z.int().min(1),
  rpc: z
    .array(z.url({ protocol: /^https?$/ }).max(500))
    .min(1)
    .max(5),
  confirmations: z.int().min(0).max(10_000).default(12),
  timeout_ms: z.int().min(100).max(600_000).default(20_000),
}

const evmRail = z.strictObject({
  ...chain,
  till: address,
  token: address,
  code: z.string().regex(ASSET_CODE_PATTERN, 'expected the code of an asset, such as EUR'),
  scale: z.int().min(0).max(SCALE_MAX),
  decimals: z.int().min(0).max(36),
  key_file: z.string().min(1).max(4096).default('identity/evm-key'),
  fee_max_gwei: z.int().min(1).max(1_000_000).default(200),
  paid_to: address.nullable().default(null),
})

const chainRegistry = z.strictObject({ ...chain, contract: address })

function read<T extends z.ZodType>(shape: T, raw: unknown, table: string): z.output<T> {
  const parsed = shape.safeParse(raw)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = [table, ...(issue?.path ?? [])].join('.')
  throw new StageError('bad-arguments', `${where} in bandstand.toml: ${issue?.message ?? 'not as expected'}.`, {
    path: where,
  })
}

const tableOf = (file: Readonly<Record<string, unknown>> | undefined, name: string): Record<string, unknown> => {
  const table = file?.[name] ?? {}
  if (typeof table !== 'object' || table === null || Array.isArray(table))
    throw new StageError('bad-arguments', `${name} in bandstand.toml: expected a table.`, { path: name })
  for (const key of Object.keys(table))
    if (key !== 'evm')
      throw new StageError('bad-arguments', `bandstand.toml has an unknown setting "${name}.${key}".`, { path: name })
  return table as Record<string, unknown>
}

/** Rails outside the log, by table of bandstand.toml; null where there is none. Throws `StageError` 'bad-arguments'. */
export function readRails(file: Readonly<Record<string, unknown>> | undefined): {
  readonly evm: EvmRailSettings | null
} {
  const { evm } = tableOf(file, 'rails')
  if (evm === undefined) return { evm: null }
  const { chain: chainId, key_file, paid_to, timeout_ms, fee_max_gwei, ...rest } = read(evmRail, evm, 'rails.evm')
  if (rest.decimals < rest.scale)
    throw new StageError(
      'bad-arguments',
      'rails.evm.decimals in bandstand.toml: a token has at least the decimals of its asset.',
      {
        path: 'rails.evm.decimals',
      },
    )
  return {
    evm: { ...rest, chainId, keyFile: key_file, paidTo: paid_to, timeoutMs: timeout_ms, feeMaxGwei: fee_max_gwei },
  }
}

/** Where the federation's stakes are read; null: from charters alone. Throws `StageError` 'bad-arguments'. */
export function readRegistry(file: Readonly<Record<string, unknown>> | undefined): ChainRegistrySettings | null {
  const { evm } = tableOf(file, 'registry')
  if (evm === undefined) return null
  const { chain: chainId, timeout_ms, ...rest } = read(chainRegistry, evm, 'registry.evm')
  return { ...rest, chainId, timeoutMs: timeout_ms }
}
