import { answerCall, type GuestHost } from './calls.ts'
import { readMessage } from './messages.ts'

/** A part that answers no ping for so long is busy with itself. */
const SILENT_MS = 6_000
const PING_MS = 2_000
/** Messages of a guest that are read in a second; the rest is dropped. */
const MESSAGES_PER_SECOND = 60
/** Tracks and positions are told this often at most. */
const PLAYER_MS = 500

export type GuestState = 'starting' | 'running' | 'silent'

export interface BridgeInit extends GuestHost {
  readonly frame: HTMLIFrameElement
  /** Names and values that make the guest look like the page. */
  readonly theme: Readonly<Record<string, string>>
  readonly onState: (state: GuestState) => void
  readonly onHeight: (px: number) => void
}

/**
 * The only way between a guest's frame and the page: one channel, whose other end nobody else holds. The frame has an origin of
 * nobody's, so the first message names none. Returns what ends it.
 */
export function openBridge(init: BridgeInit): () => void {
  const { frame, part, ctx } = init
  const { port1, port2 } = new MessageChannel()
  let state: GuestState = 'starting'
  let lastHeard = performance.now()
  let budget = MESSAGES_PER_SECOND
  let sent = 0
  const become = (next: GuestState): void => {
    if (next === state) return
    state = next
    init.onState(next)
  }

  port1.onmessage = ({ data }) => {
    if (budget-- <= 0) return
    const message = readMessage(data)
    if (message === null) return
    lastHeard = performance.now()
    become('running')
    if (message.type === 'height') init.onHeight(message.px)
    if (message.type === 'call')
      void answerCall(init, message.ask).then(answer =>
        port1.postMessage({ type: 'answer', id: message.id, ...answer }),
      )
  }
  const tick = setInterval(() => {
    budget = Math.min(MESSAGES_PER_SECOND * 2, budget + (MESSAGES_PER_SECOND * PING_MS) / 1_000)
    if (performance.now() - lastHeard > SILENT_MS) become('silent')
    port1.postMessage({ type: 'ping', n: sent++ })
  }, PING_MS)

  let told = 0
  const tellPlayer = (): void => {
    if (!part.capabilities.includes('player') || performance.now() - told < PLAYER_MS) return
    told = performance.now()
    void answerCall(init, { call: 'player' }).then(answer => {
      if (answer.ok) port1.postMessage({ type: 'event', event: 'player', data: answer.value })
    })
  }
  const stops = [ctx.player.state.subscribe(tellPlayer), ctx.player.clock.subscribe(tellPlayer)]

  const hello = { type: 'hello', version: 1, tag: part.tag, capabilities: part.capabilities, theme: init.theme }
  frame.contentWindow?.postMessage(hello, '*', [port2])
  return () => {
    clearInterval(tick)
    for (const stop of stops) stop()
    port1.close()
  }
}
