import { desk, seat, second } from '../ledger-vectors/fixtures.ts'

/** Three communities, in the order of a payment: the first one's member pays somebody in the third, over the second. */
export const [payerSide, between, payeeSide] = [desk, seat, second]
