import type { Player } from '#web/kit/mod.ts'
import type { KeyHelp } from './key-help.ts'

const SEEK_MS = 5_000
const VOLUME_STEP = 0.1
const VOLUME_USUAL = 0.8

/** Elements that take letters, or that arrows and space mean something to. */
const TAKES_KEYS =
  'input, textarea, select, button, a[href], summary, audio, video, iframe, [contenteditable], [role="slider"], [role="listbox"], [role="option"], [role="tab"], [role="menu"], [role="menuitem"], [role="radio"], [role="grid"]'
const TAKES_LETTERS =
  'input:not([type="range"]):not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable]'

const matches = (event: KeyboardEvent, selector: string): boolean =>
  event.composedPath().some(node => node instanceof HTMLElement && node.matches(selector))

type Act = (player: Player) => void

const by =
  (ms: number): Act =>
  player =>
    player.seek(player.clock.get().positionMs + ms)
const louder =
  (step: number): Act =>
  player =>
    player.volume.update(volume => Math.min(1, Math.max(0, Math.round((volume + step) * 100) / 100)))

/** Pressed anywhere but where these keys mean something else. */
const PLAIN: Readonly<Record<string, Act>> = {
  ' ': player => player.toggle(),
  ArrowRight: by(SEEK_MS),
  ArrowLeft: by(-SEEK_MS),
  ArrowUp: louder(VOLUME_STEP),
  ArrowDown: louder(-VOLUME_STEP),
}

let before = VOLUME_USUAL

function mute({ volume }: Player): void {
  const now = volume.get()
  if (now > 0) before = now
  volume.set(now > 0 ? 0 : before)
}

/** Letters and digits: anywhere but while somebody types. */
const LETTERS: Readonly<Record<string, Act>> = {
  k: player => player.toggle(),
  m: mute,
  n: player => player.next(),
  p: player => player.previous(),
}

/** What a key does here; null: nothing. Exported for its test. */
export function actOf(key: string, free: { readonly plain: boolean; readonly letters: boolean }): Act | null {
  if (free.plain && Object.hasOwn(PLAIN, key)) return PLAIN[key] ?? null
  if (!free.letters) return null
  if (/^[0-9]$/.test(key)) return player => player.seek((player.clock.get().durationMs * Number(key)) / 10)
  return LETTERS[key.toLowerCase()] ?? null
}

async function showHelp(): Promise<void> {
  await import('./key-help.ts')
  const known = document.querySelector<KeyHelp>('bs-key-help')
  const help = known ?? (document.createElement('bs-key-help') as KeyHelp)
  if (known === null) document.body.append(help)
  await help.open()
}

/** Plays by keyboard, wherever one is on the page. Keys with Ctrl, Alt or Meta belong to others. */
export function startKeys(player: Player): void {
  addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    const free = { plain: !matches(event, TAKES_KEYS), letters: !matches(event, TAKES_LETTERS) }
    if (event.key === '?' && free.letters) {
      event.preventDefault()
      return void showHelp().catch(() => {})
    }
    if (player.state.get().queue.length === 0 || document.querySelector('dialog[open]') !== null) return
    const act = actOf(event.key, free)
    if (act === null) return
    event.preventDefault()
    act(player)
  })
}
