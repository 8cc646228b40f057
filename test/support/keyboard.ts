import type { Page } from 'playwright-core'

/** What the keyboard is on, through all shadow roots. */
export interface Stop {
  readonly tag: string
  readonly id: string
  readonly name: string
  /** Whether a ring, an outline or a shadow of its own or its holder's shows where it is, inside the window. */
  readonly shown: boolean
}

export const focused = (page: Page): Promise<Stop> =>
  page.evaluate(() => {
    let element: Element | null = document.activeElement
    const path: Element[] = []
    while (element !== null) {
      path.push(element)
      element = element.shadowRoot?.activeElement ?? null
    }
    const last = path.at(-1) ?? document.body
    const style = getComputedStyle(last)
    const rings = (one: CSSStyleDeclaration) =>
      (one.outlineStyle !== 'none' && Number.parseFloat(one.outlineWidth) >= 1) || one.boxShadow !== 'none'
    // A range or a hidden file field shows it on what holds it.
    const holder = last.parentElement
    const ringed =
      rings(style) ||
      (holder?.matches(':focus-within') === true && rings(getComputedStyle(holder))) ||
      // The button inside that opens a calendar has the browser's own ring.
      last.matches('input:is([type="datetime-local"], [type="date"], [type="month"], [type="time"])')
    const box = last.getBoundingClientRect()
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0
    return {
      tag: last.localName,
      id: last.getAttribute('data-testid') ?? '',
      name: (last.getAttribute('aria-label') ?? last.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60),
      shown: ringed && inside,
    }
  })

/** Presses Tab until `wanted` says so. Throws with every stop on the way when it is not reached, or a stop cannot be seen. */
export async function tabTo(
  page: Page,
  wanted: string | ((stop: Stop) => boolean),
  { back = false, max = 120 } = {},
): Promise<Stop> {
  const isIt = typeof wanted === 'string' ? (stop: Stop) => stop.id === wanted : wanted
  const way: string[] = []
  for (let n = 0; n < max; n++) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    const stop = await focused(page)
    way.push(`${stop.tag} ${stop.id} "${stop.name}"${stop.shown ? '' : ' UNSEEN'}`)
    // From the end of the page the keyboard goes around through the window's own controls.
    if (!stop.shown && stop.tag !== 'body') throw new Error(`cannot be seen while the keyboard is on it: ${way.at(-1)}`)
    if (isIt(stop)) return stop
  }
  throw new Error(`not reached in ${max} steps: ${String(wanted)}\n${way.join('\n')}`)
}
