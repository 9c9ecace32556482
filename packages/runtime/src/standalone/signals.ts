import { syscall } from 'standalone:host'
import { errorNumbers } from '../file-syscalls.ts'
import type { Interruption, StopSignal } from '../interruption.ts'
import { timespec } from './structs.ts'
import { calls } from './syscall-numbers.ts'

/*
 * Signals that are waited for are blocked, stay pending, and are taken by rt_sigtimedwait(2): there are no handlers, so that
 * nothing is cut short by them and no moment in which one is missed.
 */

/** signal(7), the names by their numbers: the same on both architectures */
const names =
  'SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS'.split(
    ' ',
  )
/** Length of a sigset_t, in bytes: that of the kernel, not that of the C library. */
const setLength = 8

const SIG_BLOCK = 0
const SFD_CLOEXEC = 0o2000000
const atOnce = timespec(0)
/** No timespec. */
const untilOneComes = 0

export const signals = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15, SIGCHLD: 17 } as const
export const stopSignals = signalSet(signals.SIGINT, signals.SIGTERM)
export const childSignal = signalSet(signals.SIGCHLD)

/** Returns a signal's name, such as `SIGTERM`. */
export function signalName(number: number): string {
  return names[number - 1] ?? `signal ${number}`
}

/** Returns a sigset_t. */
function signalSet(...numbers: readonly number[]): Uint8Array {
  const set = new Uint8Array(setLength)
  for (const number of numbers) set[(number - 1) >> 3] = (set[(number - 1) >> 3] ?? 0) | (1 << ((number - 1) & 7))
  return set
}

/** Returns the signals of two sets. */
export function union(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, n) => byte | (other[n] ?? 0))
}

/** Lets signals pend from now on. */
export function block(set: Uint8Array): void {
  syscall(calls.rt_sigprocmask, SIG_BLOCK, set, 0, setLength)
}

/** Takes one of the signals that pend; `undefined` if none does in a time. */
export function take(set: Uint8Array, time: Uint8Array | typeof untilOneComes = atOnce): number | undefined {
  for (;;) {
    const number = syscall(calls.rt_sigtimedwait, set, 0, time, setLength)
    if (number !== -errorNumbers.EINTR) return number < 0 ? undefined : number
  }
}

/**
 * Opens a file that is readable as long as one of some signals pends (signalfd(2)).
 *
 * @returns its descriptor, or the negative error number
 */
export function openSignals(set: Uint8Array): number {
  return syscall(calls.signalfd4, -1, set, setLength, SFD_CLOEXEC)
}

let told: StopSignal | undefined

/** Takes over SIGINT and SIGTERM of this process. */
export function standaloneInterruption(): Interruption {
  block(stopSignals)
  return async () => {
    // Also those after the first, so that none goes on pending.
    const name = stopSignalOf(take(stopSignals))
    told ??= name
    return told
  }
}

/** Waits for SIGINT or SIGTERM. */
export async function standaloneWaitForStop(): Promise<StopSignal> {
  block(stopSignals)
  while (told === undefined) told = stopSignalOf(take(stopSignals, untilOneComes))
  return told
}

function stopSignalOf(number: number | undefined): StopSignal | undefined {
  if (number === signals.SIGINT) return 'SIGINT'
  return number === signals.SIGTERM ? 'SIGTERM' : undefined
}
