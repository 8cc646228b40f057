import { m } from '#web/kit/words.ts'

const KEY = 'bandstand-theme'
const SIZE_KEY = 'bandstand-text-size'

/** Everything on the page is measured in the size of its text. */
export const TEXT_SIZES: readonly (readonly [size: string, name: string])[] = [
  ['normal', m('Normal')],
  ['large', m('Large')],
  ['largest', m('Largest')],
]
type Theme = 'dark' | 'light'

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark')

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'dark' || chosen === 'light' ? chosen : preferred()
}

export const currentTextSize = (): string => document.documentElement.dataset.text ?? 'normal'

export function chooseTextSize(size: string): void {
  document.documentElement.dataset.text = size
  localStorage.setItem(SIZE_KEY, size)
}

/** Applies what was chosen before; without a choice the system decides. */
export function restoreTheme(): void {
  const size = localStorage.getItem(SIZE_KEY)
  if (TEXT_SIZES.some(([known]) => known === size)) document.documentElement.dataset.text = size ?? 'normal'
  const stored = localStorage.getItem(KEY)
  if (stored === 'dark' || stored === 'light') document.documentElement.dataset.theme = stored
}

export function toggleTheme(): void {
  const next: Theme = currentTheme() === 'dark' ? 'light' : 'dark'
  document.documentElement.dataset.theme = next
  localStorage.setItem(KEY, next)
}
