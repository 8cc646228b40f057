import { readFile } from 'node:fs/promises'
import { fromString } from 'uint8arrays/from-string'
import type { EventInfo } from '#protocols/api/v1/schemas.ts'
import { testAuthor } from './author.ts'
import { clip } from './clips.ts'
import { fitted } from './hostile-corpus.ts'
import { ProblemError, type StageClient } from './stage-client.ts'

const HOUR_MS = 3_600_000

export interface FullStage {
  readonly community: string
  readonly release: string
  /** Every place of the page, by the part that it shows first. */
  readonly routes: readonly string[]
  /** Refusals by code: how often, of what was said as it is. */
  readonly refused: ReadonlyMap<string, number>
}

/**
 * Fills a stage with `texts` in every field that strangers, artists and the operator write: each as it is, which may be refused in so many
 * words, and each as long as the field takes. Throws on anything that is neither taken nor refused.
 */
export async function fillStage(client: StageClient, texts: readonly string[]): Promise<FullStage> {
  const { community } = await client.stage()
  const refused = new Map<string, number>()
  const attempt = async (what: () => Promise<unknown>): Promise<void> => {
    try {
      await what()
    } catch (cause) {
      if (!(cause instanceof ProblemError) || cause.status >= 500) throw cause
      refused.set(cause.code, (refused.get(cause.code) ?? 0) + 1)
    }
  }
  const at = (n: number) => texts[n % texts.length] ?? ''
  const release = await publish(client, texts)
  for (const [n, raw] of texts.entries()) {
    const fan = testAuthor(700 + n)
    const say = (type: string, body: unknown) => client.say(fan, community, type, body)
    const name = fitted(raw, 40)
    const text = fitted(raw, 2_000, { lines: true })
    for (const said of new Set([raw, text]))
      await attempt(() => say('engagement/chat', { room: 'main', name, text: said }))
    await attempt(() => say('engagement/chat', { room: release, name, text }))
    await attempt(() => say('engagement/comment', { release, name, text, track: 0, atMs: 1_000 }))
    await attempt(() => say('engagement/reaction', { target: release, emoji: raw.slice(0, 16), on: true }))
    const [message] = await client.messages(community, 'main', 1)
    const target = fromString(message?.id ?? '', 'hex')
    await attempt(() => say('engagement/report', { target, reason: fitted(raw, 400) }))
  }
  const ask = (type: string, body: unknown) =>
    attempt(() => client.request('POST', '/community-events', { type, body }))
  const closesAt = Date.now() + HOUR_MS
  const options = (n: number) => [fitted(at(n), 120), `${fitted(at(n + 1), 110)} 2`]
  for (let n = 0; n < Math.min(texts.length, 8); n++)
    await ask('engagement/poll', { room: 'main', question: fitted(at(n), 300), options: options(n + 1), closesAt })
  const voters = [Buffer.from(testAuthor(700).publicKey).toString('hex')]
  await ask('engagement/ballot', { room: 'main', question: fitted(at(2), 300), options: options(3), closesAt, voters })
  const event = await announce(client, texts, release)
  await decide(client, community, texts, attempt)
  const account = voters[0] ?? ''
  await attempt(() => client.request('POST', '/desk/credits', { account, amount: '500', evidence: fitted(at(1), 200) }))
  const expiry = Date.now() + 24 * HOUR_MS
  await attempt(() => client.request('POST', '/codes', { count: 2, amount: '500', expiry, label: fitted(at(0), 80) }))
  await attempt(() => client.tip(testAuthor(700), community, release, 5n))
  await letIn(client, fitted(at(1), 40))
  const routes = [
    ...['/', `/release/${release}`, `/event/${event}`, '/chat', '/polls', '/search', '/saved', '/receipts'],
    ...[
      `/receipts/${community}/0`,
      '/agreements',
      `/community/${community}`,
      '/studio',
      '/desk',
      '/you',
      '/join',
      '/p/dice',
      `/agreements/${release}`,
      '/nowhere',
    ],
  ]
  return { community, release, routes, refused }
}

async function publish(client: StageClient, texts: readonly string[]): Promise<string> {
  const at = (n: number) => texts[n % texts.length] ?? ''
  const sound = await readFile(clip('lena.ogg'))
  const tracks: { upload: string; title: string }[] = []
  for (const n of [0, 1])
    tracks.push({ upload: await client.upload(`${fitted(at(n), 60)}.ogg`, sound), title: fitted(at(n), 200) })
  const job = await client.publish({
    tracks,
    title: fitted(at(2), 200),
    artist: fitted(at(0), 80),
    description: texts
      .map(text => fitted(text, 70, { lines: true }))
      .join('\n')
      .slice(0, 4_000),
    license: fitted(at(1), 100),
    splits: [
      { party: `${fitted(at(0), 58)} 1`, shares: 5_000 },
      { party: `${fitted(at(1), 58)} 2`, shares: 5_000 },
    ],
    price: { stream: '2', download: '500' },
  })
  await client.request('PUT', '/stage/membership', { month: '500' })
  return job.release ?? ''
}

/** An event that runs now, with the texts as its programme. Resolves to its id. */
async function announce(client: StageClient, texts: readonly string[], release: string): Promise<string> {
  const id = 'ef'.repeat(16)
  const startsAt = Date.now() - 60_000
  const programme = texts.slice(0, 40).map((text, n) => ({ at: startsAt + n, title: fitted(text, 200) }))
  const body = {
    id,
    title: fitted(texts[0] ?? '', 200),
    release,
    cancelled: false,
    startsAt,
    endsAt: startsAt + HOUR_MS,
    programme,
  }
  await client.request('POST', '/community-events', { type: 'engagement/event', body })
  return ((await client.get<EventInfo[]>('/happenings')).find(one => one.id === id) ?? { id }).id
}

/** Somebody is banned for a hostile reason, and appeals in hostile words. */
async function decide(
  client: StageClient,
  community: string,
  texts: readonly string[],
  attempt: (what: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const banned = testAuthor(799)
  const target = Buffer.from(banned.publicKey).toString('hex')
  const reason = fitted(texts[1] ?? '', 400)
  let decision = ''
  await attempt(async () => {
    const body = { action: 'ban', target, until: 0, reason }
    decision = (
      await client.request<{ id: string }>('POST', '/community-events', { type: 'engagement/decision', body })
    ).id
  })
  const text = fitted(texts[0] ?? '', 1_000, { lines: true })
  await attempt(() =>
    client.say(banned, community, 'engagement/appeal', { decision: fromString(decision, 'hex'), text }),
  )
}

/** A part by somebody else, under a hostile title. */
async function letIn(client: StageClient, title: string): Promise<void> {
  const query = new URLSearchParams({ title, version: '1.0.0', place: 'page' })
  const answer = await fetch(`${client.url}/api/v1/parts/dice?${query}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'text/javascript' },
    body: 'document.body.append("dice")',
  })
  if (!answer.ok) throw new Error(await answer.text())
}
