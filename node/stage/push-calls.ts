import { ECDH } from 'node:crypto'
import { isIP } from 'node:net'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { NoticesApi } from '#node/ports/notices.ts'
import type { PushApi, PushSubscription, PushSubscriptions } from '#node/ports/push.ts'
import { pushSubscribe, pushUnsubscribe } from '#protocols/identity/v1/push.ts'
import { hex } from './keys.ts'
import { readSignedRequest, type SignedRequestInit } from './signed-request.ts'

export interface PushCallsInit extends SignedRequestInit {
  readonly publicKey: string
  readonly subscriptions: PushSubscriptions
  readonly news: NoticesApi
}

/** Browsers of one person: the oldest makes room. */
const PER_KEY_MAX = 8
/** Keys are free, so all of them together are bounded. */
const ALL_MAX = 20_000

/** RFC 8291 section 2.1: a message for any other could never be sent. */
function isPoint(p256dh: Uint8Array): boolean {
  try {
    return ECDH.convertKey(p256dh, 'prime256v1').length > 0
  } catch {
    return false
  }
}

/** Subscribing to push messages, and no more. A key speaks for its own browsers only. */
export function createPushCalls(init: PushCallsInit): PushApi {
  const { subscriptions, clock } = init

  /** Who holds the address of a browser already keeps it: another key that names it would read nothing, and stop it. */
  const checkOwner = (known: PushSubscription | null, author: Uint8Array, auth: Uint8Array): void => {
    if (known === null || equals(known.key, author) || equals(known.auth, auth)) return
    throw new StageError('conflict', 'Another key listens there already. Switch it off in this browser and on again.')
  }

  return {
    publicKey: init.publicKey,
    subscribe(proof, origin) {
      const { author, body } = readSignedRequest(init, proof, 'push/subscribe', pushSubscribe)
      const { endpoint } = body
      if (!URL.canParse(endpoint) || isIP(new URL(endpoint).hostname) !== 0)
        throw new StageError('bad-address', 'Push services are reached by name. This browser gave none.')
      if (!isPoint(body.p256dh)) throw new StageError('bad-envelope', 'body.p256dh: expected a point of P-256.')
      const known = subscriptions.find(endpoint)
      checkOwner(known, author, body.auth)
      if (known === null && subscriptions.count() >= ALL_MAX)
        throw new StageError('busy', 'Too many browsers listen to this stage already. Try again another day.')
      const others = subscriptions.of(author).filter(one => one.endpoint !== endpoint)
      for (const old of others.slice(0, Math.max(0, others.length - PER_KEY_MAX + 1)))
        subscriptions.remove(old.endpoint)
      subscriptions.put({ ...body, key: author, origin, at: clock.nowMs() })
      // What happened before is on the page.
      const { notices } = init.news.of({ key: hex(author), name: body.name, since: 0 })
      subscriptions.told(
        endpoint,
        notices.map(({ id }) => id),
        clock.nowMs(),
      )
    },
    unsubscribe(proof) {
      const { author, body } = readSignedRequest(init, proof, 'push/unsubscribe', pushUnsubscribe)
      const known = subscriptions.find(body.endpoint)
      if (known !== null && equals(known.key, author)) subscriptions.remove(body.endpoint)
    },
  }
}
