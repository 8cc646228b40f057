import type { GuestPartInfo } from '#protocols/api/v1/parts.ts'
import type { ChatMessage, ReleaseDetail, ReleaseSummary } from '#protocols/api/v1/schemas.ts'
import { ApiError, type PartContext, queueOf } from '#web/kit/mod.ts'
import type { GuestCall } from './messages.ts'

type Capability = GuestPartInfo['capabilities'][number]

/** What the operator must have granted before a call is answered. */
const NEEDS: Readonly<Record<GuestCall['call'], Capability>> = {
  stage: 'stage',
  releases: 'releases',
  player: 'player',
  play: 'player-control',
  toggle: 'player-control',
  next: 'player-control',
  chat: 'chat',
  navigate: 'navigate',
  remember: 'storage',
  recall: 'storage',
}

/** Keys that one guest may keep on a device, and the place they are in. */
const KEYS_MAX = 16
const prefixOf = (tag: string): string => `bandstand.guest.${tag}.`

const CHAT_LIMIT = 50

export interface GuestHost {
  readonly ctx: PartContext
  readonly part: GuestPartInfo
  readonly navigate: (path: string) => void
}

const nowPlaying = ({ player }: PartContext) => {
  const { queue, at, status } = player.state.get()
  const track = queue[at]
  const { positionMs, durationMs } = player.clock.get()
  return track === undefined
    ? { status, track: null }
    : {
        status,
        track: { release: track.release, title: track.info.title, artist: track.info.artist, positionMs, durationMs },
      }
}

function remember(tag: string, key: string, value: string): null {
  const prefix = prefixOf(tag)
  const kept = Object.keys(localStorage).filter(name => name.startsWith(prefix))
  if (!kept.includes(prefix + key) && kept.length >= KEYS_MAX)
    throw new ApiError('too-many', `A part may keep ${KEYS_MAX} things on a device.`, 0)
  localStorage.setItem(prefix + key, value)
  return null
}

async function run({ ctx, part, navigate }: GuestHost, ask: GuestCall): Promise<unknown> {
  switch (ask.call) {
    case 'stage': {
      const stage = ctx.stage.get()
      return { name: stage?.name ?? '', about: stage?.about ?? '' }
    }
    case 'releases': {
      const all = await ctx.api.get<ReleaseSummary[]>('/releases')
      return all.map(({ id, title, artist, communityName, trackCount, durationMs, publishedAt }) => ({
        id,
        title,
        artist,
        communityName,
        trackCount,
        durationMs,
        publishedAt,
      }))
    }
    case 'player':
      return nowPlaying(ctx)
    case 'play':
      ctx.player.play(queueOf(await ctx.api.get<ReleaseDetail>(`/releases/${ask.release}`)), 0)
      return null
    case 'toggle':
      ctx.player.toggle()
      return null
    case 'next':
      ctx.player.next()
      return null
    case 'chat': {
      const community = ctx.stage.get()?.community ?? ''
      const said = await ctx.api.get<ChatMessage[]>(`/rooms/${community}/main/messages?limit=${CHAT_LIMIT}`)
      return said.map(({ name, text, at }) => ({ name, text, at }))
    }
    case 'navigate':
      navigate(ask.path)
      return null
    case 'remember':
      return remember(part.tag, ask.key, ask.value)
    case 'recall':
      return localStorage.getItem(prefixOf(part.tag) + ask.key)
  }
}

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** Answers one call of a guest part. Never throws: a refusal is an answer with a sentence. */
export async function answerCall(host: GuestHost, ask: GuestCall): Promise<Answer> {
  const needed = NEEDS[ask.call]
  if (!host.part.capabilities.includes(needed))
    return { ok: false, code: 'not-granted', message: `The operator did not grant "${needed}" to this part.` }
  try {
    return { ok: true, value: await run(host, ask) }
  } catch (cause) {
    if (cause instanceof ApiError) return { ok: false, code: cause.code, message: cause.message }
    return { ok: false, code: 'internal', message: 'The page could not do that.' }
  }
}
