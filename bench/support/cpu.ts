/** CPU of this process and its threads, user and system, from here to the call of the returned function, in seconds. */
export function cpuTimer(): () => number {
  const start = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
}
