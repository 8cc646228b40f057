import { type Messages, moreWords, preferredLanguage, useLanguage } from '#web/kit/mod.ts'

/** One folder a language, `web/messages/<code>/`; the build makes one lazily loaded piece of each. */
/** A language's words for the first page, and where all others are. */
interface Words {
  readonly default: Messages
  rest(): Promise<Messages>
}
const loaders: Readonly<Record<string, () => Promise<Words>>> = import.meta.glob('../messages/*.ts')
const codeOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length)

export const LANGUAGES: readonly string[] = ['en', ...Object.keys(loaders).map(codeOf)].sort()

/** Settles when every word is here; parts other than the first page wait for it. */
export let allWords: Promise<void> = Promise.resolve()

/** Loads the words before anything is shown. Without them, as without a connection, the page is English. */
export async function restoreLanguage(): Promise<void> {
  const code = preferredLanguage(LANGUAGES)
  const load = Object.entries(loaders).find(([path]) => codeOf(path) === code)?.[1]
  if (load === undefined) return
  try {
    const [{ default: words, rest }, { createHearing }] = await Promise.all([load(), import('./hearing.ts')])
    useLanguage(code, words, createHearing)
    allWords = rest().then(moreWords, console.error)
  } catch (cause) {
    console.error(cause)
  }
}
