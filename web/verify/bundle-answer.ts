import type { BundleVerdict } from '#src/royalties/statements/verify/verify-bundle.ts'

/** What the worker says about a file. */
export type BundleAnswer =
  | { readonly ok: true; readonly verdict: BundleVerdict }
  | { readonly ok: false; readonly part: string; readonly message: string }
