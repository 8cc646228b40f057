import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'
import { OWN, PERSON, RELEASE } from '#test/support/memory-stage.ts'

let stage: HttpStage
beforeAll(async () => {
  stage = await openHttpStage()
})
afterAll(() => stage.close())

const OPERATIONS: [method: string, path: string, status: number, json?: unknown][] = [
  ['GET', '/api/v1/stage', 200],
  ['PUT', '/api/v1/stage', 200, { name: 'Park' }],
  ['DELETE', '/api/v1/session', 204],
  ['GET', '/api/v1/communities', 200],
  ['GET', `/api/v1/releases?community=${OWN}`, 200],
  ['GET', `/api/v1/releases/${RELEASE}?viewer=${PERSON}`, 200],
  ['POST', '/api/v1/releases', 202, { tracks: [{ upload: 'x' }] }],
  ['DELETE', `/api/v1/releases/${RELEASE}`, 204],
  ['DELETE', `/api/v1/releases/${RELEASE}`, 204, { reason: 'a mistake' }],
  ['GET', `/api/v1/releases/${RELEASE}/reactions`, 200],
  ['GET', `/api/v1/releases/${RELEASE}/reactions/signed?emoji=%F0%9F%8E%B7&after=${PERSON}`, 200],
  ['GET', `/api/v1/releases/${RELEASE}/comments`, 200],
  ['GET', '/api/v1/jobs', 200],
  ['GET', '/api/v1/jobs/job-1', 200],
  ['GET', `/api/v1/rooms/${OWN}/main/messages?limit=10&before=5`, 200],
  ['GET', '/api/v1/polls', 200],
  ['POST', '/api/v1/events', 200, { envelope: 'AQID' }],
  ['POST', '/api/v1/community-events', 200, { type: 'poll', body: { question: 'Encore?' } }],
  ['GET', `/api/v1/authors/${PERSON}/seq?community=${OWN}`, 200],
  ['GET', `/api/v1/wallets/${PERSON}`, 200],
  ['POST', '/api/v1/desk/credits', 200, { account: PERSON, amount: '5', evidence: 'cash' }],
  ['GET', '/api/v1/receipts?limit=3', 200],
  ['GET', `/api/v1/receipts/${OWN}/0`, 200],
  ['POST', '/api/v1/vouchers', 200, { voucher: 'AQID' }],
  ['GET', '/api/v1/desk/texts/0', 200],
  ['DELETE', '/api/v1/desk/texts/0', 204],
  ['GET', '/api/v1/desk/notes', 200],
  ['GET', `/api/v1/desk/notes/${PERSON}`, 404],
  ['POST', '/api/v1/desk/takings', 404, { account: PERSON, amount: '5' }],
  ['GET', '/api/v1/codes', 200],
  ['POST', '/api/v1/codes', 404, { count: 1, amount: '5', expiry: 1 }],
  ['POST', '/api/v1/codes', 400, { count: 1_025, amount: '5', expiry: 1 }],
  ['POST', '/api/v1/codes/check', 404, { card: '0000' }],
  ['PUT', `/api/v1/lines/${PERSON}`, 200, { limit: '5', expiry: 1 }],
  ['PUT', `/api/v1/lines/${PERSON}`, 400, { limit: '-5', expiry: 1 }],
  ['POST', `/api/v1/lines/${PERSON}/freeze`, 200, { frozen: true }],
  ['GET', `/api/v1/peers/${PERSON}/statement`, 404],
  ['GET', '/api/v1/rails', 200],
  ['GET', '/api/v1/moderation', 200],
  ['PUT', `/api/v1/blocklists/${OWN}`, 200, { on: true }],
  ['GET', `/api/v1/blocklists/${OWN}`, 200],
  ['POST', `/api/v1/moderation/${OWN}/queue`, 200, { envelope: 'AA==' }],
  ['GET', `/api/v1/rooms/${OWN}/main/log?after=3`, 200],
  ['GET', '/api/v1/settlements', 200],
  ['POST', '/api/v1/settlements', 400, { community: PERSON, amount: '340282366920938463463374607431768211456' }],
  ['GET', '/api/v1/nettings', 200],
  ['POST', '/api/v1/nettings', 404],
  ['GET', '/api/v1/purchases', 200],
  ['GET', '/api/v1/write-offs', 200],
  ['POST', '/api/v1/refunds', 404, { receipt: 1 }],
  ['GET', '/api/v1/log', 200],
  ['GET', `/api/v1/log?community=${OWN}`, 200],
  ['POST', '/api/v1/log/close-period', 200],
  ['POST', '/api/v1/log/succeed', 200],
  ['GET', `/api/v1/agreements?release=${RELEASE}`, 200],
  ['GET', `/api/v1/agreements?account=${PERSON}`, 200],
  ['GET', `/api/v1/agreements/${OWN}`, 200],
  ['GET', `/api/v1/agreements/${PERSON}`, 404],
  ['POST', '/api/v1/agreements', 200, { terms: 'AQID' }],
  ['POST', `/api/v1/agreements/${OWN}/settle`, 200, { party: 'ana', account: PERSON }],
  ['GET', '/api/v1/federation', 200],
  ['POST', '/api/v1/federation', 400, { charter: 'AQID' }],
  ['GET', '/api/v1/evidence', 200],
  ['GET', '/api/v1/peers', 200],
  ['DELETE', `/api/v1/follows/${OWN}`, 204],
  ['GET', '/api/v1/storage', 200],
  ['GET', '/api/v1/export', 200],
  ['GET', '/api/v1/openapi.json', 200],
  ['GET', '/metrics', 200],
  ['GET', '/health', 200],
  ['GET', '/', 200],
  ['GET', '/release/abc', 200],
]

describe('every route answers its operator on loopback', () => {
  it.each(OPERATIONS)('%s %s answers %i', async (method: string, path: string, status: number, json?: unknown) => {
    const answer = await stage.ask(method, path, json === undefined ? {} : { json })
    expect(answer.body.toString().slice(0, 300) && answer.status).toBe(answer.body.length > 0 ? status : '')
    expect(answer.status).toBe(status)
  })
})
