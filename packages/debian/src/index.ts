export type { Release } from './apt.ts'
export { sourceFiles, unpackedPackages } from './fetch.ts'
