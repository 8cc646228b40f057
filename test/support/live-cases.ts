import { testAuthor } from './author.ts'
import type { WireCase } from './wire-vector-cases.ts'

const voters = [1, 2, 3].map(n => new Uint8Array(32).fill(n))

/** Ballots and events as communities announce them, and what is none. */
export function liveCases(release: string, atMs: number): readonly WireCase[] {
  const ballot = { room: 'main', question: 'Who books the hall?', options: ['Ana', 'Ben'], closesAt: atMs, voters }
  const event = {
    id: 'ef'.repeat(16),
    title: 'Evening in the park',
    startsAt: atMs,
    endsAt: atMs + 7_200_000,
    programme: [
      { at: atMs, title: 'Doors' },
      { at: atMs + 1_800_000, title: 'The Sample Trio' },
    ],
    release: null,
    cancelled: false,
  }
  const one = (type: string, name: string, body: unknown, ok: boolean): WireCase => ({
    name,
    type,
    body,
    ok,
    by: 'community',
  })
  const vote = 'engagement/ballot'
  const show = 'engagement/event'
  const many = Array.from({ length: 513 }, (_, n) =>
    Uint8Array.from({ length: 32 }, (_, i) => (i < 30 ? 0 : i === 30 ? n >> 8 : n & 255)),
  )
  return [
    one(vote, 'a ballot of three', ballot, true),
    one(vote, 'a ballot of one', { ...ballot, voters: [testAuthor(1).publicKey] }, true),
    one(vote, 'a ballot of nobody', { ...ballot, voters: [] }, false),
    one(vote, 'a ballot of 513', { ...ballot, voters: many }, false),
    one(vote, 'a voter twice', { ...ballot, voters: [voters[0], voters[0]] }, false),
    one(vote, 'voters out of order', { ...ballot, voters: [voters[1], voters[0]] }, false),
    one(vote, 'a voter of 31 bytes', { ...ballot, voters: [new Uint8Array(31)] }, false),
    one(show, 'an event', event, true),
    one(show, 'an event that is cancelled', { ...event, cancelled: true }, true),
    one(show, 'an event with its recording', { ...event, programme: [], release }, true),
    one(show, 'an event that ends as it starts', { ...event, endsAt: atMs }, false),
    one(show, 'an event of three weeks', { ...event, endsAt: atMs + 21 * 86_400_000 }, false),
    one(show, 'a programme that goes back', { ...event, programme: [...event.programme].reverse() }, false),
    one(
      show,
      'a programme that outlasts its event',
      { ...event, programme: [{ at: event.endsAt, title: 'Late' }] },
      false,
    ),
    one(show, 'an event without a name', { ...event, title: '' }, false),
  ]
}
