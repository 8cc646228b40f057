import type { PartContext } from '#web/kit/mod.ts'
import { startKeys } from './keys.ts'
import { rememberLeftOff } from './left-off.ts'
import './player-bar.ts'

/** What listening has beside sound: the bar, the keys, and where one left off. Loaded when the page is quiet. */
export function startListening(ctx: PartContext): void {
  startKeys(ctx.player)
  rememberLeftOff(ctx.player)
}
