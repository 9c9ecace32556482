export { type BuildOptions, build } from './build.ts'
export { type Platform, platforms, thisPlatform } from './platform.ts'
