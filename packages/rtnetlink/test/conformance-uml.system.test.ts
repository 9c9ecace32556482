import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { runInUml } from '@vpc-bridge/testbed'
import { outcomesIn } from '@vpc-bridge/testbed/standalone-conformance'
import { buildStandaloneProgram } from '@vpc-bridge/testbed/standalone-program'
import { expect, onTestFinished, test } from 'vitest'

const kinds = ['vlan id 5', 'macvlan mode bridge', 'macvtap mode bridge', 'ipvlan mode l3']

test('On a kernel with all drivers, of another version, the driver does as Linux does.', {
  timeout: 700_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-uml-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const program = await buildStandaloneProgram(
    new URL('conformance.standalone.ts', import.meta.url).pathname,
    directory,
  )
  const [drivers, run] = await runInUml([
    // What a kernel has no driver for, the suite asks nothing of.
    [
      'modprobe -a 8021q ipvlan macvlan macvtap ifb',
      'ip link add p type veth peer name q',
      ...kinds.flatMap((kind) => [`ip link add link p name u type ${kind}`, 'ip link delete u']),
    ].join(' && '),
    `${program} uml- ${directory}`,
  ])
  expect(drivers).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  const { cases, failures } = outcomesIn(run?.stdout ?? '')
  // Debian's User-Mode Linux has no nft_chain_nat.
  expect(failures.filter(({ name }) => !name.includes('masquerade'))).toEqual([])
  expect(cases).toEqual(conformanceCases.map(({ name }) => name))
})
