const KEY = 'bandstand-theme'
type Theme = 'dark' | 'light'

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark')

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'dark' || chosen === 'light' ? chosen : preferred()
}

/** Applies what was chosen before; without a choice the system decides. */
export function restoreTheme(): void {
  const stored = localStorage.getItem(KEY)
  if (stored === 'dark' || stored === 'light') document.documentElement.dataset.theme = stored
}

export function toggleTheme(): void {
  const next: Theme = currentTheme() === 'dark' ? 'light' : 'dark'
  document.documentElement.dataset.theme = next
  localStorage.setItem(KEY, next)
}
