/** How often it is looked whether the keyboard's place is still there, ms: before a reader of the screen has finished a word. */
const LOOK_MS = 150
/** A button that waits for an answer comes back; after so many looks its neighbour will do. */
const PATIENCE_LOOKS = 60
const STOPS = 'a[href], button, input, select, textarea, summary, iframe, [tabindex="0"]'

interface Step {
  readonly node: Node
  /** Which child of its parent it was. */
  readonly index: number
}

const parentOf = (node: Node): Node | null => (node instanceof ShadowRoot ? node.host : node.parentNode)

function stepsFrom(element: Element): Step[] {
  const steps: Step[] = []
  for (let node: Node | null = element; node !== null && node !== document.body; node = parentOf(node)) {
    const siblings = node.parentNode?.children
    steps.push({ node, index: siblings === undefined ? 0 : [...siblings].indexOf(node as Element) })
  }
  return steps
}

const canHold = (element: Element): boolean =>
  element.matches(STOPS) && !element.matches(':disabled') && element.checkVisibility()

/** The first place inside that the keyboard can be on, through shadow roots. */
function firstStop(within: Element | ShadowRoot): HTMLElement | null {
  if (within instanceof HTMLElement && canHold(within)) return within
  const root = within instanceof Element ? within.shadowRoot : null
  for (const child of [...(root?.children ?? []), ...within.children]) {
    const found = firstStop(child)
    if (found !== null) return found
  }
  return null
}

/** Where to go on: what took the lost one's place in the innermost surroundings that are left. */
function nearest(steps: readonly Step[]): HTMLElement | null {
  for (const [at, { node }] of steps.entries()) {
    const lost = steps[at - 1]
    if (!node.isConnected || lost === undefined || !(node instanceof Element || node instanceof ShadowRoot)) continue
    const { children } = node
    for (const near of [children[lost.index], children[lost.index - 1], node]) {
      const found = near === undefined ? null : firstStop(near)
      if (found !== null) return found
    }
  }
  return null
}

/**
 * While the page is used by keyboard: when what the keyboard is on goes away (a row is deleted, a button becomes a field), puts it on what
 * came instead; when it is only disabled for a moment, back on it.
 */
export function keepFocus(): void {
  let steps: Step[] = []
  let looks = 0
  let key = ''
  const deepest = (): Element | null => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element === document.body ? null : element
  }
  /** Taken anew each time: rows move. */
  const remember = (): boolean => {
    const now = deepest()
    if (now !== null) steps = stepsFrom(now)
    return now !== null
  }
  const goOn = (element: HTMLElement | null): void => {
    element?.focus({ preventScroll: true })
    if (!remember()) steps = []
  }
  const look = (): void => {
    const last = steps[0]?.node
    looks = remember() ? 0 : looks + 1
    if (looks === 0 || !(last instanceof HTMLElement)) return
    if (!last.isConnected || looks > PATIENCE_LOOKS) goOn(nearest(steps))
    // Past the last link of the page the keyboard leaves it, as it should.
    else if (canHold(last)) goOn(key === 'Tab' ? null : last)
  }
  addEventListener(
    'keydown',
    event => {
      key = event.key
      remember()
    },
    { capture: true },
  )
  // Whoever points at the page knows where they are.
  addEventListener(
    'pointerdown',
    () => {
      steps = []
    },
    { capture: true },
  )
  setInterval(look, LOOK_MS)
  remember()
}
