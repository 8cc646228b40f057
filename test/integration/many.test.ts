import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageHere } from '#test/support/stage-here.ts'

const COMMUNITIES = 10

describe(`a stage that follows ${COMMUNITIES} communities, which follow each other`, () => {
  const stages: StageHere[] = []

  beforeAll(async () => {
    for (let n = 0; n < COMMUNITIES; n++) stages.push(await StageHere.start(`s${n}`))
  })
  afterAll(async () => {
    await Promise.all(stages.map(stage => stage.remove()))
  })

  it('follows all of them, one after another and at once, and hears them all', async () => {
    const [hub, ...others] = stages as [StageHere, ...StageHere[]]
    for (const other of others) await hub.client.request('POST', '/follows', { address: other.address })
    await Promise.all(
      others.flatMap(a =>
        others.filter(b => b !== a).map(b => a.client.request('POST', '/follows', { address: b.address })),
      ),
    )
    expect(await hub.client.get<api.CommunityInfo[]>('/communities')).toHaveLength(COMMUNITIES)
    for (const [n, other] of others.entries()) {
      const { community } = await other.client.stage()
      await other.client.chat(testAuthor(n), community, `from ${other.name}`)
      await eventually(async () => (await hub.client.messages(community)).length === 1, `the hub hears ${other.name}`)
    }
  })
})
