export { copyOf } from './memory/copy.ts'
export { createMemoryKernel, type MemoryKernel, type MemoryKernelOptions } from './memory/memory-kernel.ts'
