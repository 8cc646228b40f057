interface Step {
  readonly text: string
  readonly ms: number
  readonly facts: string
}

/** Prints each step as it ends: what happened, how long it took, and what was measured. */
export class Report {
  readonly #steps: Step[] = []
  readonly #began = performance.now()
  readonly #write: (text: string) => void

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  heading(text: string): void {
    this.#write(`${text}\n\n`)
  }

  /** Runs one step. `run` returns the facts worth telling; when it throws, the step failed and so did the story. */
  async step(text: string, run: () => Promise<string>): Promise<void> {
    const began = performance.now()
    try {
      const facts = await run()
      const step = { text, facts, ms: performance.now() - began }
      this.#steps.push(step)
      this.#write(`  ok    ${seconds(step.ms)}  ${text}${facts === '' ? '' : `: ${facts}`}\n`)
    } catch (cause) {
      this.#write(`  FAIL  ${seconds(performance.now() - began)}  ${text}\n`)
      throw cause
    }
  }

  end(): void {
    this.#write(`\nAll ${this.#steps.length} steps done in ${seconds(performance.now() - this.#began).trim()}.\n`)
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2).padStart(6)} s`

/** Asks again until there is an answer; rejects after `waitMs`. */
export async function eventually<T>(what: string, waitMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const until = performance.now() + waitMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > until) throw new Error(`${what} did not happen within ${waitMs / 1000} s`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}
const POLL_MS = 50
