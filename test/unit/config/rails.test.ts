import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { parseSettings } from '#node/config/parse.ts'
import { StageError } from '#node/errors.ts'
import { loadClient } from '#node/rails/evm/load-client.ts'
import { ROOT } from '#test/support/house.ts'

const ADDRESS = `0x${'Ab'.repeat(20)}`
const evm = {
  chain: 100,
  rpc: ['http://127.0.0.1:8545'],
  till: ADDRESS,
  token: ADDRESS,
  code: 'EUR',
  scale: 2,
  decimals: 18,
}
const read = (file: Record<string, unknown>) =>
  parseSettings({ flags: {}, env: { HOME: '/home/ada' }, cwd: '/work', file })

describe('a chain in bandstand.toml', () => {
  it('is not there unless somebody says so', () => {
    expect(read({})).toMatchObject({ rails: { evm: null }, registry: null })
  })

  it('is read whole, with what it does not say', () => {
    expect(read({ rails: { evm } }).rails.evm).toEqual({
      chainId: 100,
      rpc: ['http://127.0.0.1:8545'],
      till: ADDRESS.toLowerCase(),
      token: ADDRESS.toLowerCase(),
      code: 'EUR',
      scale: 2,
      decimals: 18,
      keyFile: 'identity/evm-key',
      paidTo: null,
      confirmations: 12,
      timeoutMs: 20_000,
      feeMaxGwei: 200,
    })
    const registry = { chain: 5, rpc: ['https://a.example'], contract: ADDRESS, confirmations: 3 }
    expect(read({ registry: { evm: registry } }).registry).toMatchObject({ chainId: 5, confirmations: 3 })
  })

  it.each([
    ['a missing contract', { ...evm, till: undefined }, 'rails.evm.till'],
    ['an address that is none', { ...evm, token: '0x12' }, 'rails.evm.token'],
    ['no node', { ...evm, rpc: [] }, 'rails.evm.rpc'],
    ['a node that is no web address', { ...evm, rpc: ['file:///etc/passwd'] }, 'rails.evm.rpc.0'],
    ['a chain that is none', { ...evm, chain: 0 }, 'rails.evm.chain'],
    ['an asset that is none', { ...evm, code: 'euro' }, 'rails.evm.code'],
    ['a token with fewer decimals than its asset', { ...evm, decimals: 1 }, 'rails.evm.decimals'],
    ['a misspelt key', { ...evm, confirmation: 3 }, 'rails.evm'],
  ])('is refused with %s, and the place is named', (_name, table, path) => {
    const given = Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined))
    expect(() => read({ rails: { evm: given } })).toThrow(expect.objectContaining({ code: 'bad-arguments', path }))
  })

  it('is refused by another name', () => {
    expect(() => read({ rails: { evn: evm } })).toThrow(/unknown setting "rails.evn"/)
    expect(() => read({ registry: 5 })).toThrow(/expected a table/)
  })

  it('is what the guide shows', async () => {
    const guide = await readFile(join(ROOT, 'docs/guides/chains.md'), 'utf8')
    const tables = [...guide.matchAll(/```toml\n([\s\S]*?)```/g)].map(match => match[1]?.replaceAll('0x...', ADDRESS))
    expect(tables).toHaveLength(2)
    const settings = read(parse(tables.join('\n')))
    expect([settings.rails.evm?.chainId, settings.registry?.chainId]).toEqual([100, 100])
  })

  it('asks for the client where it is not installed, in words that can be copied', async () => {
    const missing = loadClient(() => import(`viem-${'that'}-is-not-there`), 'rails.evm')
    await expect(missing).rejects.toThrow(/npm install viem@\d+\.\d+\.\d+$/)
    await expect(missing).rejects.toBeInstanceOf(StageError)
    const broken = loadClient(() => Promise.reject(new TypeError('a defect')), 'rails.evm')
    await expect(broken).rejects.toThrow('a defect')
  })
})
