import { StageError } from '#node/errors.ts'

/** The client that this was tested with. It is no dependency of a stage without a chain. */
export const VIEM_VERSION = '2.57.20'

const isMissing = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'

/** Loads code that needs the client, and only now. Throws `StageError` with what to do when it is not installed. */
export async function loadClient<T>(load: () => Promise<T>, table: string): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new StageError(
      'bad-arguments',
      `bandstand.toml asks for an EVM chain ([${table}]), and its client is not installed. In Bandstand's folder run: npm install viem@${VIEM_VERSION}`,
      { cause, path: table },
    )
  }
}
