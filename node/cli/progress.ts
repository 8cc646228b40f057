import type { Output } from './context.ts'
import { bytesText, clean, durationText } from './format.ts'

/** Redraws per second at a terminal: smooth to the eye, nothing to the machine. */
const REDRAW_MS = 100
/** Without a terminal, one line in this time at most: a log stays readable. */
const LINE_MS = 2_000
const BAR_WIDTH = 24
/** Weight of the newest speed in the running average: steady enough to read, quick enough to follow. */
const SPEED_WEIGHT = 0.2
const CLEAR_LINE = '\r\u001b[2K'

export interface Progress {
  update(step: string, done: number, total: number): void
  /** Removes the bar; the last line stays where there is no terminal. */
  end(): void
}

/** The text of one moment: `Uploading  [####....]  1.2 MB of 2.4 MB  800 kB/s  2 s left`. */
export function progressText(step: string, done: number, total: number, bytesPerSecond: number | null): string {
  if (total === 0) return clean(step)
  const share = Math.min(1, done / total)
  const filled = Math.round(share * BAR_WIDTH)
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`
  const parts = [clean(step), bar, `${bytesText(done)} of ${bytesText(total)}`]
  if (bytesPerSecond !== null && bytesPerSecond > 0)
    parts.push(`${bytesText(bytesPerSecond)}/s`, `${durationText((total - done) / bytesPerSecond)} left`)
  return parts.join('  ')
}

/** A bar on one line at a terminal, a few plain lines elsewhere. `nowMs` is a monotonic clock. */
export function createProgress(output: Output, nowMs: () => number): Progress {
  let shownAt = Number.NEGATIVE_INFINITY
  let shownStep = ''
  let shownDone = -1
  let last: { at: number; done: number } | null = null
  let speed: number | null = null
  const measure = (at: number, done: number, fresh: boolean): void => {
    if (fresh || last === null || done < last.done) {
      speed = null
      last = { at, done }
    } else if (at - last.at >= REDRAW_MS) {
      const now = ((done - last.done) * 1000) / (at - last.at)
      speed = speed === null ? now : speed + SPEED_WEIGHT * (now - speed)
      last = { at, done }
    }
  }
  return {
    update(step, done, total) {
      const at = nowMs()
      measure(at, done, step !== shownStep)
      const wait = output.isTTY ? REDRAW_MS : LINE_MS
      const completes = done >= total && shownDone < done
      if (step === shownStep && (done === shownDone || (at - shownAt < wait && !completes))) return
      shownAt = at
      shownDone = done
      shownStep = step
      const text = progressText(step, done, total, speed)
      output.write(output.isTTY ? CLEAR_LINE + text.slice(0, (output.columns ?? 80) - 1) : `${text}\n`)
    },
    end() {
      if (output.isTTY && shownStep !== '') output.write(CLEAR_LINE)
      shownStep = ''
    },
  }
}
