export type { ChildEnd, ChildOptions, ChildOutput, RunChild } from './child.ts'
export { type FileLockHolder, fileLockHolder } from './file-lock-holder.ts'
export type { FileStatus, Files } from './files.ts'
export { findExecutable } from './find-executable.ts'
export { lockDescriptor } from './lock-descriptor.ts'
export { lockSocket } from './lock-socket.ts'
export { type DeviceOwner, type MacvtapDevice, ownMacvtap } from './macvtap-device.ts'
export { programPath } from './program-path.ts'
export type {
  Clock,
  Environment,
  Interruption,
  Runtime,
  StopSignal,
  SystemError,
  SystemResult,
} from './runtime.ts'
export { openFlags, type Syscalls } from './syscalls.ts'
export { systemError, systemResult } from './system-error.ts'
export { decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts'
