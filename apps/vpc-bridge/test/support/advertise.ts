import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inside } from '@vpc-bridge/testbed'
import { execa } from 'execa'

/** Advertises a router of IPv6 by an interface while something is done. */
export async function advertising<T>(netns: string, dev: string, action: () => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'advertise-'))
  const file = join(directory, 'radvd.conf')
  const often = 'MinRtrAdvInterval 3; MaxRtrAdvInterval 4; AdvSendAdvert on; IgnoreIfMissing on;'
  await writeFile(file, `interface ${dev} { ${often} prefix fd66::/64 { }; };\n`)
  const [program = '', ...args] = inside(netns, [
    'radvd',
    '-n',
    '-m',
    'stderr',
    '-C',
    file,
    '-p',
    join(directory, 'pid'),
  ])
  const daemon = execa(program, args, { reject: false })
  try {
    return await action()
  } finally {
    daemon.kill()
    await daemon
    await rm(directory, { recursive: true })
  }
}
