import type { Page } from 'playwright-core'

/** Collects what strangers' content does on a page, from now on: whatever runs, opens something, or asks another origin than `home`. */
export async function plantCanary(page: Page, home: string): Promise<string[]> {
  const seen: string[] = []
  const where = () => page.url().slice(0, 120)
  await page.exposeFunction('canary', () => void seen.push(`ran on ${where()}`))
  page.on('dialog', dialog => {
    seen.push(`a dialog on ${where()}`)
    void dialog.dismiss()
  })
  page.on('popup', popup => seen.push(`a window ${popup.url()} from ${where()}`))
  page.on('download', download => seen.push(`a download ${download.suggestedFilename()} from ${where()}`))
  await page.route(
    url => url.origin !== home && /^https?:$/.test(url.protocol),
    route => {
      seen.push(`asked ${route.request().url()} from ${where()}`)
      return route.fulfill({ body: 'canary()', contentType: 'text/javascript' })
    },
  )
  return seen
}

/**
 * Text that leaves its place on a narrow page, in every shadow root: the page itself scrolls sideways, or an element's content is wider
 * than the element, which neither clips nor scrolls it.
 */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide on ${clientWidth}`)
    const walk = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot !== null) walk(element.shadowRoot)
        const style = getComputedStyle(element)
        if (style.overflowX !== 'visible' || style.display === 'inline' || style.display === 'contents') continue
        if (element.clientWidth > 4 && element.scrollWidth > element.clientWidth + 1) {
          const text = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60)
          found.push(
            `${element.localName}.${element.className} ${element.scrollWidth} in ${element.clientWidth}: ${text}`,
          )
        }
      }
    }
    walk(document)
    return found.slice(0, 20)
  })
}
