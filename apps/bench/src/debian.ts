import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unpackedPackages } from '@vpc-bridge/debian'
import type { Command } from './launcher.ts'

/** Packages of Debian 13, unpacked beside the system. */
export interface Debian {
  /** The path of a file, by the one that it has in Debian. */
  readonly path: (file: string) => string
  /** Runs a program with that release's libraries. */
  readonly run: (file: string, args: readonly string[]) => Command
}

/** What is compared with ours, and what sends packets; then what they are linked with. */
const packages = [
  ...['containernetworking-plugins', 'netavark', 'iperf3'],
  ...['libc6', 'libgcc-s1', 'libiperf0', 'libsctp1', 'libssl3t64'],
]

/** Fetches the packages when they are not there yet. */
export async function fetchDebian(): Promise<Debian> {
  const unpacked = await unpackedPackages(packages, { suite: 'trixie' })
  if (unpacked.isErr()) throw new Error(`what ours is compared with cannot be had: ${unpacked.error}`)
  const path = (file: string) => join(unpacked.value, file)
  const [loader] = globSync(path('usr/lib/*-linux-gnu/ld-linux-*.so.*'))
  if (loader === undefined) throw new Error(`${unpacked.value} has no dynamic loader`)
  return {
    path,
    run: (file, args) => ({ file: loader, args: ['--library-path', dirname(loader), path(file), ...args] }),
  }
}
