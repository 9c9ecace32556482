import { type Operation, objectOf } from './operation.ts'

/** Why the kernel, or the tool that speaks to it, refused something. */
export interface KernelError {
  readonly kind: 'kernel'
  /** What was attempted: an operation's `do`, `look up`, `lock` or `open`. */
  readonly operation: string
  /** What it was attempted on: `link br0`; of look-ups of many, `links`, `addresses`, `routes` or `neighbours`. */
  readonly object: string
  /** Path of the network namespace it was attempted in. */
  readonly netns: string
  /** Symbolic error number, as errno(3) names it: `EEXIST`. */
  readonly errno: string
  /** The kernel's or the tool's own words. */
  readonly message: string
}

/** The error of an operation. */
export function operationError(operation: Operation, netns: string, errno: string, message: string): KernelError {
  return { kind: 'kernel', operation: operation.do, object: objectOf(operation), netns, errno, message }
}

/** One line for people: `add link (bridge br0): EEXIST: File exists`. */
export function describeKernelError(error: KernelError): string {
  return `${error.operation} (${error.object}): ${error.errno}: ${error.message}`
}
