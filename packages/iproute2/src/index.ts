export { commandOf } from './command.ts'
export { commandLine } from './command-line.ts'
export { createIproute2Kernel } from './kernel.ts'
