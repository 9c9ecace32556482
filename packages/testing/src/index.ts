export { type Case, createTestHost, type Execution, type TestHost } from './host.ts'
export { ipamType, type MemoryIpam, memoryIpam } from './ipam.ts'
export { type Killable, killedAfter } from './killable.ts'
export { type Proof, proofs } from './proofs.ts'
