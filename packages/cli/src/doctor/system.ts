import type { Runtime } from '@vpc-bridge/runtime'
import { split } from '../install/places.ts'
import { type IsInstalled, installedPrograms } from '../installed-programs.ts'

/** This machine, besides its network configuration. */
export interface System {
  /** The effective capabilities of this process as a bit mask (capabilities(7)); `undefined` where /proc does not tell. */
  readonly capabilities: bigint | undefined
  readonly isInstalled: IsInstalled
  /** `undefined` when /dev/net/tun can be opened, else the error's name: ENOENT, ENODEV, EACCES … */
  readonly tunError: string | undefined
  /** The kernel's build configuration, lines of `CONFIG_…=y`; `undefined` where it is not published. */
  readonly kernelConfig: string | undefined
  /** Returns true for a file that can be written, or made if it is missing. */
  readonly canWrite: (path: string) => boolean
}

/** Looks at this machine. Opens nothing for writing but /dev/net/tun, which does nothing by itself. */
export async function readSystem(runtime: Runtime): Promise<System> {
  const { files } = runtime
  const mask = /^CapEff:\s*([\da-f]+)$/m.exec(files.read('/proc/self/status').unwrapOr(''))?.[1]
  return {
    capabilities: mask === undefined ? undefined : BigInt(`0x${mask}`),
    isInstalled: installedPrograms(runtime),
    tunError: files.tryOpen('/dev/net/tun').match(
      () => undefined,
      ({ errno }) => errno,
    ),
    kernelConfig: await readKernelConfig(runtime),
    canWrite: (path) => {
      if (files.access(path, 'exist').isOk()) return files.access(path, 'write').isOk()
      return files.access(split(path).directory || '.', 'write').isOk()
    },
  }
}

async function readKernelConfig({ files, runChild, environment }: Runtime): Promise<string | undefined> {
  const limits = { timeoutMs: 5_000, outputLimitBytes: 4_194_304 }
  const unpacked = await runChild('gzip', ['-dc', '/proc/config.gz'], { environment, ...limits })
  if (unpacked.kind === 'exited' && unpacked.code === 0) return unpacked.stdout
  const release = files.read('/proc/sys/kernel/osrelease').unwrapOr('').trim()
  return files.read(`/boot/config-${release}`).unwrapOr(undefined)
}
