import { expect, test } from 'vitest'
import { matchRoute } from '#web/shell/routes.ts'

const ID = '0a'.repeat(16)
const KEY = 'b1'.repeat(32)

test('every address of the page leads to its part', () => {
  expect(matchRoute('/')?.part).toBe('feed')
  expect(matchRoute(`/release/${ID}`)).toMatchObject({ part: 'release', params: { id: ID } })
  expect(matchRoute('/chat')).toMatchObject({ part: 'chat', params: {} })
  expect(matchRoute(`/chat/${KEY}`)).toMatchObject({ part: 'chat', params: { community: KEY } })
  expect(matchRoute('/receipts/ledger')?.part).toBe('receipts')
  expect(matchRoute(`/receipts/${KEY}/12`)).toMatchObject({ part: 'receipts', params: { community: KEY, index: '12' } })
  expect(matchRoute(`/community/${KEY}/`)).toMatchObject({ part: 'community', params: { key: KEY } })
  for (const path of ['/polls', '/studio', '/desk', '/receipts', '/you']) expect(matchRoute(path)).not.toBeNull()
})

test('anything else leads nowhere', () => {
  for (const path of [
    '/release/x',
    `/release/${ID}0`,
    '/api/v1/stage',
    '/ipfs/bafy',
    '/constructor',
    '/chat/../desk',
    '',
  ])
    expect(matchRoute(path)).toBeNull()
})
