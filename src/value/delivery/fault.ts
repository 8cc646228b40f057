/** Why what was shown does not prove a delivery. */
export type DeliveryCode =
  | 'unreadable'
  | 'wrong-order'
  | 'wrong-path'
  | 'bad-note'
  | 'not-included'
  | 'wrong-committee'
  | 'not-certified'
  | 'too-little'
  | 'bad-lines'

export interface DeliveryFault {
  readonly code: DeliveryCode
  readonly message: string
}

export const refusal = (code: DeliveryCode, message: string): DeliveryFault => ({ code, message })
