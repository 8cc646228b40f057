/** Who a link is for, and the code that says so. */
export interface SignLinkParts {
  readonly party: string
  readonly code: string
}

const FORM = /^#sign=([a-z0-9._-]{1,40})\.([0-9a-f]{32})$/

/** What stands in the fragment of a link to sign; null for any other. */
export function readLink(fragment: string): SignLinkParts | null {
  const [, party, code] = FORM.exec(fragment) ?? []
  return party === undefined || code === undefined ? null : { party, code }
}
