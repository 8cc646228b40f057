import type { WorkerClients } from './scope.ts'

/** Where the page keeps the sentences for push messages, in the language of its reader: `fan/push.ts` writes them. */
const WORDS_PATH = '/push-words'

export interface PushWords {
  /** Name of the stage. */
  readonly stage: string
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  /** A sentence for each kind of news. */
  readonly kinds: Readonly<Record<string, string>>
}

/** A path of this page, and no address of anywhere else. */
const PATH = /^\/(?:[\w-]+(?:\/[\w-]+)*)?$/
const HOME = '/'

const pathIn = (value: unknown): string => (typeof value === 'string' && PATH.test(value) ? value : HOME)

/** What a message says. Every message must be shown, so one that cannot be read says that there is news. */
export function readPush(data: { json(): unknown } | null): { readonly kind: string; readonly link: string } {
  try {
    const { kind, link } = (data?.json() ?? {}) as { kind?: unknown; link?: unknown }
    return { kind: typeof kind === 'string' ? kind.slice(0, 20) : '', link: pathIn(link) }
  } catch {
    return { kind: '', link: HOME }
  }
}

interface Sentence {
  readonly title: string
  readonly body: string
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
}

/** In the language of the reader, as the page kept it; in English otherwise. */
export async function wordsFor(kind: string): Promise<Sentence> {
  const kept = await caches.match(WORDS_PATH).catch(() => undefined)
  const words = (await kept?.json().catch(() => undefined)) as PushWords | undefined
  const said = Object.hasOwn(words?.kinds ?? {}, kind) ? words?.kinds[kind] : undefined
  return {
    title: said ?? words?.kinds.other ?? 'News for you',
    body: words?.stage ?? '',
    lang: words?.lang ?? 'en',
    dir: words?.dir ?? 'ltr',
  }
}

/** Shows a path: in a page that is open, which goes on playing, or else in a new one. */
export async function openAt(clients: WorkerClients, origin: string, link: unknown): Promise<void> {
  const path = pathIn(link)
  const open = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = open.find(({ url }) => new URL(url).origin === origin)
  if (page === undefined) return void (await clients.openWindow(path))
  page.postMessage({ go: path })
  await page.focus()
}
