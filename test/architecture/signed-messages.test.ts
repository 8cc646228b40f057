import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readHouse } from '#test/support/house.ts'

const SPEC = join(import.meta.dirname, '../../protocols/ledger/v1/spec.md')
/** Hashed under its domain, and signed by nobody. */
const HASHED = ['settlement-memo']

it('every message that is signed under a domain is in the one table of them', async () => {
  const table = readFileSync(SPEC, 'utf8').split('## Who signs what')[1]?.split('\n## ')[0] ?? ''
  const house = await readHouse()
  const named = house.flatMap(({ path, text }) => {
    if (!path.startsWith('protocols/')) return []
    const domains = [...text.matchAll(/(?:NETWORK\}|bandstand)\/([a-z-]+)\/v1\\0/g)]
    const calls = [...text.matchAll(/signedMessage\(\s*'([a-z-]+)'/g)]
    return [...domains, ...calls].map(([, name = '']) => name)
  })
  const missing = [...new Set(named)].filter(
    name => !HASHED.includes(name) && !table.includes(`"bandstand/${name}/v1\\0"`),
  )
  expect(missing).toEqual([])
  expect(new Set(named).size).toBeGreaterThan(8)
})
