import type { BlockReader } from './blocks.ts'
import { shardEntries } from './hamt.ts'
import { GATEWAY_LIMITS } from './limits.ts'
import type { Link, Node } from './unixfs.ts'

type Folder = Extract<Node, { kind: 'directory' | 'shard' }>

/** Part of a listing's ETag: raise it when the page below changes. */
export const LISTING_VERSION = 1

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, char => ENTITIES[char]!)

function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

async function firstEntries(reader: BlockReader, folder: Folder): Promise<{ entries: Link[]; more: boolean }> {
  const max = GATEWAY_LIMITS.listingMax
  if (folder.kind === 'directory') return { entries: folder.links.slice(0, max), more: folder.links.length > max }
  const entries: Link[] = []
  for await (const entry of shardEntries(reader, folder)) {
    if (entries.length === max) return { entries, more: true }
    entries.push(entry)
  }
  return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), more: false }
}

/** A plain page of a directory's names. Works without styles, scripts or anything loaded. */
export async function directoryPage(
  reader: BlockReader,
  folder: Folder,
  path: string,
  isRoot: boolean,
): Promise<Buffer> {
  const { entries, more } = await firstEntries(reader, folder)
  const title = `Index of ${escapeHtml(decodeSafely(path))}`
  const rows = entries.map(({ name, size }) => {
    const href = escapeHtml(`${path}${encodeURIComponent(name.toWellFormed())}`)
    return `<tr><td><a href="${href}">${escapeHtml(name)}</a></td><td>${bytesText(size)}</td></tr>`
  })
  const up = isRoot ? '' : `<p><a href="${escapeHtml(path.replace(/[^/]+\/$/, ''))}">..</a></p>`
  const note = more ? `<p>Only the first ${entries.length} names are shown.</p>` : ''
  return Buffer.from(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${title}</title><style>body{font:1rem/1.5 system-ui;margin:2rem;color-scheme:light dark}` +
      `h1{font-size:1.1rem;overflow-wrap:anywhere}td{padding:.1rem 1.5rem .1rem 0}</style></head>` +
      `<body><h1>${title}</h1>${up}<table>${rows.join('')}</table>${note}</body></html>`,
  )
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
