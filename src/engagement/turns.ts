/** How long an author still waits in a slow room, ms; 0: it may speak. */
export function waitMs(slowMs: number, lastMs: number | undefined, nowMs: number): number {
  if (slowMs === 0 || lastMs === undefined) return 0
  // A clock that was set back makes nobody wait longer than the rule says.
  return Math.min(slowMs, Math.max(0, lastMs + slowMs - nowMs))
}
