import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SurveyReport } from '#protocols/api/v1/survey.ts'
import { type HttpStage, openHttpStage, TOKEN } from '#test/support/http-stage.ts'

describe('what is asked of listeners, over HTTP', () => {
  const taken: SurveyReport[] = []
  let stage: HttpStage
  const report = { when: 3, whose: 1, length: 0 }
  beforeAll(async () => {
    const survey = { add: (one: SurveyReport) => void taken.push(one), weeks: () => [] }
    stage = await openHttpStage({ survey, public: true, limits: { surveysPerDay: 3 } })
  })
  afterAll(() => stage.close())
  const say = (json: unknown, headers: Record<string, string> = {}) =>
    stage.ask('POST', '/api/v1/survey', { json, headers })

  it('takes the answers and nothing beside them', async () => {
    const answer = await say({ ...report, key: 'ab'.repeat(32), name: 'Mirai' })
    expect([answer.status, answer.body.length]).toEqual([204, 0])
    expect(taken).toEqual([report])
    expect(stage.logged.join('')).not.toContain('127.0.0.1')
  })

  it('refuses what is no answer, and what another site sends', async () => {
    expect((await say({ ...report, when: 9 })).json()).toMatchObject({ code: 'bad-request', path: 'when' })
    const foreign = await say(report, { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' })
    expect([foreign.status, foreign.json().code]).toEqual([403, 'forbidden-origin'])
    expect(taken).toHaveLength(1)
  })

  it('counts so many from one address a day', async () => {
    const statuses = [await say(report), await say(report), await say(report)].map(answer => answer.status)
    expect(statuses.at(-1)).toBe(429)
    expect((await stage.ask('GET', '/api/v1/survey', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(
      200,
    )
  })
})
