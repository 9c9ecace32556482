export { commandLine, commandOf } from './command-line.ts'
export { createIproute2Kernel } from './kernel.ts'
