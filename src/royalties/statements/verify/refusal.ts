import type { BundleFault } from '#protocols/ledger/v1/bundle-file.ts'

/** Ends a verification: which part of the file is wrong, and why. Never leaves `verifyBundle`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly fault: BundleFault
  constructor(part: string, message: string) {
    super(message)
    this.fault = { part, message }
  }
}

export function refuse(part: string, message: string): never {
  throw new Refusal(part, message)
}

/** One thing that was checked, in plain words. */
export interface Step {
  readonly said: string
  readonly detail: string
  /** False when it could not be checked here: what is said then holds as far as the committee is believed. */
  readonly checked: boolean
}

/** `1 line`, `2 lines`. */
export const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
