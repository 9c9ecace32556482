import type { Interruption, StopSignal } from '../interruption.ts'

const names: readonly StopSignal[] = ['SIGINT', 'SIGTERM']
let told: StopSignal | undefined
let isListening = false

/** Takes over SIGINT and SIGTERM of this process. */
export function nodeInterruption(): Interruption {
  if (!isListening) for (const name of names) process.on(name, () => (told ??= name))
  isListening = true
  return async () => {
    // A signal's listener is called by the event loop, which this may be in the middle of a turn of.
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    return told
  }
}

/** Waits for SIGINT or SIGTERM. */
export async function nodeWaitForStop(): Promise<StopSignal> {
  const earlier = await nodeInterruption()()
  if (earlier !== undefined) return earlier
  // Node.js ends where only listeners for signals are left to wait for.
  const staying = setInterval(() => {}, 2 ** 31 - 1)
  const name = await new Promise<StopSignal>((resolve) => {
    for (const each of names) process.once(each, () => resolve(each))
  })
  clearInterval(staying)
  return name
}
