/** Whose first words a community's own stage takes. */
export type Joining = 'everyone' | 'invited' | 'nobody'

export interface Entrant {
  /** Type of the event that is handed in. */
  readonly type: string
  /** Whether the key was let in, moderates, or said something here before. Asked only when it matters. */
  readonly known: () => boolean
}

/** Listening is open at every stage, and makes nobody a member. */
export const OPEN_TYPES: readonly string[] = ['engagement/play']

const MONEY = /^(?:value|account|agreement)\//

/**
 * Why an event handed in at its own community is refused for who says it; null: it is not. Money is not asked: whoever holds credit had
 * it from this community.
 */
export function whyNotIn(joining: Joining, { type, known }: Entrant): 'invited' | 'nobody' | null {
  if (joining === 'everyone' || OPEN_TYPES.includes(type) || MONEY.test(type)) return null
  return known() ? null : joining
}
