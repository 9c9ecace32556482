/**
 * A signal that aborts at the first SIGINT or SIGTERM, with the name of it as the reason. From then on, and from the call
 * on, the two no longer end the process: the command has to roll back and end by itself.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort(name))
  return controller.signal
}
