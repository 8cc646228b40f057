import type { Page } from 'playwright-core'

/** What is the same in every language: units, formats, identifiers, names of standards and of this program. */
const SAME_EVERYWHERE: readonly RegExp[] = [
  /https?:\/\/\S+/g,
  /\/(?:ip4|ip6|dns4?)\/\S+/g,
  /\b12D3Koo\w+/g,
  /\b(?:baf|bag|Qm)\w{6,}/g,
  /\b[0-9a-f]{4,64}(?:…[0-9a-f]{2,8})?\b/g,
  /\b(?:B|kB|MB|GB|TB|MiB|KiB|Hz|kHz|kbit\/s|dB|LUFS|s|ms)\b/g,
  /\b(?:FLAC|WAV|MP3|AAC|AIFF|MPEG|opus|M4A|OGG|Ogg|Opus|MP4|JPEG|PNG|WebP|CAR|CSV|JSON|HTML|PDF|DDEX|CWR|XML|TSV|DSR|MEI|ID3|SHA|UTF|ZIP|VTT|LRC|WebVTT)\b/g,
  /\b(?:ISRC|ISWC|UPC|EAN|IPI|ISNI|IPFS|IPNS|CID|ISO|EBU|R128|LUFS|URL|HTTP|HTTPS|HLS|Ed25519|QR|PRF|ID|IP)\b/g,
  /\bCC[ -](?:BY|0)[\w.\- ]*/g,
  /\bBandstand\b(?: [\d.]+)?/g,
  /\b(?:https|ffmpeg|hledger|Beancount|localhost|PIN|ln)\b/g,
  /`[^`]*`/g,
  /--[a-z-]+/g,
  /\b(?:UTC|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[\w/ +-]+)/g,
  /\bContent Addressable aRchive\b/g,
]

/** One text that a reader of another language finds in Latin letters. */
export interface LatinText {
  readonly text: string
  readonly where: string
}

/**
 * Every text and label on a page that still holds a word in Latin letters once `content` (names and titles that people gave) and what
 * is the same everywhere are taken out. Shadow roots are walked; what is marked as another language or as code is passed over.
 */
export async function latinTexts(page: Page, content: readonly string[]): Promise<LatinText[]> {
  const found = await page.evaluate(() => {
    const SKIPPED = 'style, script, noscript, template, code, pre, .mono, [lang]:not(html), [translate="no"]'
    const LABELS = ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'label']
    const texts: { text: string; where: string }[] = []
    const walk = (node: Node, where: string): void => {
      if (node instanceof Text) {
        const text = node.data.replace(/\s+/g, ' ').trim()
        if (/[A-Za-z]{2}/.test(text)) texts.push({ text, where })
        return
      }
      if (node instanceof Element) {
        if (node.matches(SKIPPED)) return
        const here = `${where} ${node.localName.includes('-') ? node.localName : ''}`.trim()
        for (const label of LABELS) {
          const text = node.getAttribute(label) ?? ''
          if (/[A-Za-z]{2}/.test(text)) texts.push({ text, where: `${here} @${label}` })
        }
        if (node.shadowRoot !== null) for (const child of node.shadowRoot.childNodes) walk(child, here)
        for (const child of node.childNodes) walk(child, here)
      }
    }
    walk(document.body, '')
    return texts
  })
  const bare = (text: string): string => {
    const withoutNames = content.reduce((rest, name) => rest.replaceAll(name, ' '), text)
    return SAME_EVERYWHERE.reduce((rest, pattern) => rest.replace(pattern, ' '), withoutNames)
  }
  return found.filter(({ text }) => /[A-Za-z]{2}/.test(bare(text)))
}
