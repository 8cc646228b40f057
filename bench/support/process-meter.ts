import { readFileSync } from 'node:fs'

/** Linux counts CPU time in ticks of 10 ms (`getconf CLK_TCK`). */
const TICK_SECONDS = 0.01

/** CPU seconds of another process so far, user and system (proc(5), `/proc/pid/stat`). */
export function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS
}

export const rssMbOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024
