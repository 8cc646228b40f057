import type { Habits } from '#src/personal/habits.ts'
import { type Layout, type LayoutChoice, layoutOf, readChoice } from '#src/personal/layout.ts'
import { type Player, Store, shared } from '#web/kit/mod.ts'

const CHOICE_KEY = 'bandstand-layout-choice'
/** What the next visit begins with: the first page reads it before any of this is loaded. */
const LAYOUT_KEY = 'bandstand-layout'

const STILL = `*, *::before, *::after {
  animation-duration: 0.01ms !important; animation-iteration-count: 1 !important;
  transition-duration: 0.01ms !important; scroll-behavior: auto !important;
}`

/** Every element of the page wears this sheet: one rule in it stills them all. */
function still(on: boolean): void {
  const sheet = shared.at(-1)?.styleSheet
  if (sheet === undefined || sheet === null) return
  const at = [...sheet.cssRules].findIndex(rule => rule instanceof CSSStyleRule && rule.selectorText.startsWith('*,'))
  if (on && at < 0) sheet.insertRule(STILL, sheet.cssRules.length)
  if (!on && at >= 0) sheet.deleteRule(at)
}

const wantsLessData = (): boolean =>
  (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true

/** How the page is laid out for whoever uses this device, and what they fixed about it. */
export function createLooks(player: Player, habits: () => Habits) {
  const choice = new Store<LayoutChoice>(readChoice(localStorage.getItem(CHOICE_KEY)))
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  const now = (): Layout =>
    layoutOf(habits(), choice.get(), { saver: player.saver.get() || wantsLessData(), reducedMotion: calm.matches })
  const layout = new Store<Layout>(now())
  const look = (): void => {
    const next = now()
    if (JSON.stringify(next) !== JSON.stringify(layout.get())) layout.set(next)
    still(next.motion === 'less' && !calm.matches)
    localStorage.setItem(LAYOUT_KEY, JSON.stringify({ list: next.list, first: next.first }))
  }
  choice.subscribe(fixed => {
    localStorage.setItem(CHOICE_KEY, JSON.stringify(fixed))
    look()
  })
  player.saver.subscribe(look)
  calm.addEventListener('change', look)
  look()
  return { choice, layout, look }
}
