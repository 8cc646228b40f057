/** What the worker says about the proof of a payment. */
export type TransferAnswer =
  | {
      readonly ok: true
      /** `delivered`, or the code of the refusal. */
      readonly outcome: string
      /** Community that decided, hex. */
      readonly by: string
      /** Fine units. */
      readonly arrived: string
      /** Seats that certified it, and how many there are; 1 of 1 when that log stands alone. */
      readonly weight: number
      readonly total: number
    }
  | { readonly ok: false; readonly message: string }
