/** A haircut is counted in ten-thousandths of what comes in: 0..9999, so that something always arrives. */
export const HAIRCUT_WHOLE = 10_000n

/**
 * What a community keeps of an amount that reaches it over a line with this haircut, in the amount's own units (fine units
 * in a log). Rounded down, in favour of who is paid: a hop never keeps more than its line says.
 */
export const haircutOf = (amount: bigint, haircut: number): bigint => (amount * BigInt(haircut)) / HAIRCUT_WHOLE

/** What goes on after the haircut. Grows with the amount, and never beyond it. */
export const afterHaircut = (amount: bigint, haircut: number): bigint => amount - haircutOf(amount, haircut)
