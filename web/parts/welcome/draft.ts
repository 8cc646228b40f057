import type { Draft } from '#web/setup/question.ts'

const SLOT = 'bandstand-first-run'

/** What was typed and not sent yet: it outlives a reload of the page. */
export function keptDraft(): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SLOT) ?? '{}')
    const fields = typeof kept === 'object' && kept !== null ? Object.entries(kept) : []
    return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === 'string'))
  } catch {
    return {}
  }
}

export function keepDraft(draft: Draft): void {
  try {
    localStorage.setItem(SLOT, JSON.stringify(draft))
  } catch {
    // A full or closed storage: what was typed lasts as long as the page.
  }
}

export const dropDraft = (): void => localStorage.removeItem(SLOT)
