import { type Messages, preferredLanguage, useLanguage } from '#web/kit/mod.ts'

/** One folder a language, `web/messages/<code>/`; the build makes one lazily loaded piece of each. */
const loaders: Readonly<Record<string, () => Promise<{ readonly default: Messages }>>> = import.meta.glob(
  '../messages/*.ts',
)
const codeOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length)

export const LANGUAGES: readonly string[] = ['en', ...Object.keys(loaders).map(codeOf)].sort()

/** Loads the words before anything is shown. Without them, as without a connection, the page is English. */
export async function restoreLanguage(): Promise<void> {
  const code = preferredLanguage(LANGUAGES)
  const load = Object.entries(loaders).find(([path]) => codeOf(path) === code)?.[1]
  if (load === undefined) return
  try {
    const [{ default: words }, { createHearing }] = await Promise.all([load(), import('./hearing.ts')])
    useLanguage(code, words, createHearing(words))
  } catch (cause) {
    console.error(cause)
  }
}
