import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildOptions } from '@vpc-bridge/runtime'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  delegateAdd,
  delegateCheck,
  delegateDel,
  ipamAdd,
  ipamCheck,
  ipamDel,
  ipamGc,
  ipamStatus,
  type VersionedDelegation,
} from '../src/index.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cni-ipam-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** With a number that JSON.parse() would change, to see that the text is passed on as it is. */
const input = '{ "cniVersion": "1.1.0", "name": "n", "type": "t", "big": 12345678901234567890 }'

/** Makes a plugin of a shell script that writes down its commands, and the call of it. */
function plugin(script: string): VersionedDelegation {
  const file = join(directory, 'fake')
  writeFileSync(file, `#!/bin/sh\necho $CNI_COMMAND >> ${directory}/commands\n${script}\n`)
  chmodSync(file, 0o755)
  return delegation('fake')
}

function delegation(type: string): VersionedDelegation {
  const environment = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0', PATH: process.env['PATH'] }
  return { type, path: ['/nowhere', directory], environment, input, cniVersion: '1.1.0', runtime }
}

const runtime = nodeRuntime()

/** Has a plugin run with other limits, as if time went faster, and notes those that it was to have. */
function limited(call: VersionedDelegation, changes: Partial<ChildOptions>) {
  const limits: Pick<ChildOptions, 'timeoutMs' | 'outputLimitBytes'>[] = []
  const runChild: typeof runtime.runChild = (file, args, { timeoutMs, outputLimitBytes, ...options }) => {
    limits.push({ timeoutMs, outputLimitBytes })
    return runtime.runChild(file, args, { timeoutMs, outputLimitBytes, ...options, ...changes })
  }
  return { call: { ...call, runtime: { ...runtime, runChild } }, limits }
}

const commands = () => readFileSync(join(directory, 'commands'), 'utf8').trim().split('\n')

describe('an IPAM plugin', () => {
  test('gets the environment and the configuration of its caller, and the command', async () => {
    const call = plugin(
      `cat > ${directory}/input; env > ${directory}/env; pwd > ${directory}/cwd; echo $# > ${directory}/arguments`,
    )
    expect((await ipamDel(call)).isOk()).toBe(true)
    const file = (name: string) => readFileSync(join(directory, name), 'utf8')
    expect(file('input')).toBe(input)
    expect(file('env').split('\n')).toEqual(
      expect.arrayContaining(['CNI_COMMAND=DEL', 'CNI_CONTAINERID=c1', 'CNI_IFNAME=eth0']),
    )
    expect(file('env')).not.toContain('VITEST')
    expect(file('cwd').trim()).toBe(process.cwd())
    expect(file('arguments').trim()).toBe('0')
  })

  test('need not read its input', async () => {
    const call = { ...plugin('exit 0'), input: JSON.stringify({ long: 'x'.repeat(1_000_000) }) }
    expect((await ipamCheck(call)).isOk()).toBe(true)
  })

  test('answers to ADD with what it has reserved, without interfaces', async () => {
    const call =
      plugin(`echo '{ "cniVersion": "0.3.1", "ips": [{ "version": "4", "address": "10.0.0.2/24", "gateway": "10.0.0.1", "interface": 0 }],
      "routes": [{ "dst": "0.0.0.0/0", "mtu": 1400 }], "dns": { "domain": "a.example" } }'`)
    expect((await ipamAdd(call))._unsafeUnwrap()).toStrictEqual({
      ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }],
      routes: [{ dst: '0.0.0.0/0', mtu: 1400 }],
      dns: { domain: 'a.example' },
    })
    expect(commands()).toEqual(['ADD'])
  })

  test('is the first executable file of its name', async () => {
    const call = plugin('exit 0')
    const [first, second] = [join(directory, 'first'), join(directory, 'second')]
    mkdirSync(join(first, 'fake'), { recursive: true })
    mkdirSync(second)
    writeFileSync(join(second, 'fake'), '', { mode: 0o644 })
    expect((await ipamDel({ ...call, path: [first, second, directory] })).isOk()).toBe(true)
    expect(commands()).toEqual(['DEL'])
  })
})

describe('an ADD that fails', () => {
  test('keeps code, message and details of the plugin, and names it', async () => {
    const call = plugin(`echo '{ "code": 105, "msg": "no addresses", "details": "in 10.0.0.0/30" }'; exit 1`)
    expect((await ipamAdd(call))._unsafeUnwrapErr()).toEqual({
      code: 105,
      msg: 'IPAM plugin "fake": no addresses',
      details: 'in 10.0.0.0/30',
    })
    expect(commands()).toEqual(['ADD'])
  })

  test('tells if the DEL fails as well', async () => {
    const call = plugin(`[ $CNI_COMMAND = DEL ] || exit 3; echo '{ "code": 11, "msg": "DEL later" }'; exit 1`)
    expect((await ipamAdd(call))._unsafeUnwrapErr()).toEqual({
      code: 5,
      msg: 'IPAM plugin "fake": ADD ended with exit code 3, without an error that can be read',
      details: 'DEL failed as well: DEL later',
    })
  })

  const address = '{ "address": "10.0.0.2" }'
  test.each([
    [
      'no JSON',
      'echo "hello\nworld"',
      6,
      'the answer to ADD is not a JSON object',
      '"hello"; expected one JSON object',
    ],
    ['nothing', 'true', 6, 'the answer to ADD is not a JSON object', 'it wrote nothing; expected'],
    ['no end', 'yes', 6, 'ADD was killed: it wrote more than 1 MiB', 'it began with "y"; to find out more, run '],
    [
      'no address',
      `echo '{ "cniVersion": "1.0.0" }'`,
      6,
      'result.ips: missing, expected a list of at least one address',
      undefined,
    ],
    [
      'no prefix length',
      `echo '{ "ips": [${address}] }'`,
      6,
      'result.ips[0].address: found "10.0.0.2", expected an IP address',
      undefined,
    ],
    ['no error', 'echo oops >&2; echo garbage; exit 3', 5, 'ADD ended with exit code 3, without an error', '"oops"'],
    [
      'an error that is none',
      `echo '{ "code": "7", "msg": 1 }'; exit 1`,
      5,
      'ADD ended with exit code 1, without',
      '"{ \\"code',
    ],
    ['a signal', 'kill -SEGV $$', 5, 'ADD was ended by SIGSEGV, without an error', undefined],
  ])('of a plugin that answers with %s', async (_, script, code, msg, details) => {
    const call = plugin(`[ $CNI_COMMAND = DEL ] && exit 0; ${script}`)
    const error = (await ipamAdd(call))._unsafeUnwrapErr()
    expect(error.code).toBe(code)
    expect(error.msg).toContain(`IPAM plugin "fake": ${msg}`)
    expect(error.details ?? '').toContain(details ?? '')
    expect(commands()).toEqual(['ADD', 'DEL'])
  })

  test('of a plugin that has no end of errors is cut short', async () => {
    const { call } = limited(plugin('[ $CNI_COMMAND = DEL ] || yes >&2'), { passStderrOn: false })
    const error = (await ipamAdd(call))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 6, details: expect.stringContaining('it began with "y"; to find out') })
    expect(commands()).toEqual(['ADD', 'DEL'])
  })

  test('of a plugin that takes too long is cut short, with the children of the plugin', async () => {
    const call = plugin(`[ $CNI_COMMAND = DEL ] && exit 0; sleep 600 & echo $! > ${directory}/child; wait`)
    const { call: hurried, limits } = limited(call, { timeoutMs: 2000 })
    expect((await ipamAdd(hurried))._unsafeUnwrapErr()).toEqual({
      code: 11,
      msg: 'IPAM plugin "fake": ADD was killed: it took longer than 60 s',
      details: expect.stringMatching(
        /^to find out more, run \/.*\/fake with CNI_COMMAND=ADD and the network configuration/,
      ),
    })
    expect(limits).toEqual(Array(2).fill({ timeoutMs: 60_000, outputLimitBytes: 1_048_576 }))
    expect(commands()).toEqual(['ADD', 'DEL'])
    const child = readFileSync(join(directory, 'child'), 'utf8').trim()
    await expect.poll(() => isRunning(child)).toBe(false)
  })
})

describe('an ADD that is interrupted', () => {
  /** A question that is answered once the plugin runs. */
  const interruption = async () => (existsSync(join(directory, 'commands')) ? ('SIGTERM' as const) : undefined)

  test('ends the plugin, and has it DEL, to the end', async () => {
    const call = plugin('[ $CNI_COMMAND = DEL ] && { sleep 1; echo done >> $0.log; exit 0; }; sleep 600')
    expect((await ipamAdd({ ...call, interruption }))._unsafeUnwrapErr()).toEqual({
      code: 11,
      msg: 'IPAM plugin "fake": ADD was interrupted by SIGTERM',
      interruptedBy: 'SIGTERM',
    })
    expect(commands()).toEqual(['ADD', 'DEL'])
    expect(readFileSync(join(directory, 'fake.log'), 'utf8')).toBe('done\n')
  })

  test('tells if the DEL fails', async () => {
    const call = plugin(`[ $CNI_COMMAND = DEL ] && { echo '{ "code": 11, "msg": "later" }'; exit 1; }; sleep 600`)
    expect((await ipamAdd({ ...call, interruption }))._unsafeUnwrapErr()).toMatchObject({
      details: 'DEL failed as well: later',
      interruptedBy: 'SIGTERM',
    })
  })
})

describe('a plugin other than for IPAM', () => {
  test('answers to ADD with interfaces too', async () => {
    const result = {
      interfaces: [{ name: 'eth0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/blue' }],
      ips: [{ address: '10.0.0.2/24', interface: 0 }],
      routes: [],
      dns: {},
    }
    const call = plugin(`echo '${JSON.stringify({ cniVersion: '1.1.0', ...result })}'`)
    expect((await delegateAdd(call))._unsafeUnwrap()).toStrictEqual(result)
    expect((await delegateCheck(call)).isOk()).toBe(true)
    expect((await delegateDel(call)).isOk()).toBe(true)
    expect(commands()).toEqual(['ADD', 'CHECK', 'DEL'])
  })

  test('is named by errors, and asked to DEL when its ADD fails', async () => {
    const error = (await delegateAdd(plugin('[ $CNI_COMMAND = DEL ] || echo 1')))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 6, msg: 'plugin "fake": the answer to ADD is not a JSON object' })
    expect(commands()).toEqual(['ADD', 'DEL'])
    expect((await delegateDel(delegation('other')))._unsafeUnwrapErr()).toMatchObject({ code: 7 })
  })
})

/** Zombies are not: they wait for the init process to take note of them. */
function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a plugin that cannot be started', () => {
  test.each(['', '../fake', '/bin/true', 'a\\b', 'a\0b'])('because %j is not a name', async (type) => {
    const error = (await ipamAdd(delegation(type)))._unsafeUnwrapErr()
    expect(error.code).toBe(7)
    expect(error.msg).toBe(
      `IPAM plugin ${JSON.stringify(type)}: this is not the name of a plugin, expected a file name, without "/" and "\\"`,
    )
  })

  test('because there is none: it tells where it looked', async () => {
    expect((await ipamDel(delegation('fake')))._unsafeUnwrapErr()).toEqual({
      code: 7,
      msg: `IPAM plugin "fake": there is no executable file of that name in /nowhere, ${directory} (CNI_PATH)`,
    })
  })

  test('because there are no directories', async () => {
    expect((await ipamAdd({ ...delegation('fake'), path: [] }))._unsafeUnwrapErr()).toEqual({
      code: 4,
      msg: 'IPAM plugin "fake": CNI_PATH must be set to find it',
    })
  })

  test('because the system cannot execute it', async () => {
    writeFileSync(join(directory, 'fake'), '#!/nowhere/sh\n', { mode: 0o755 })
    const error = (await ipamAdd(delegation('fake')))._unsafeUnwrapErr()
    expect(error.code).toBe(5)
    expect(error.msg).toBe(`IPAM plugin "fake": ${directory}/fake cannot be executed: ENOENT`)
  })
})

describe('CHECK', () => {
  test('passes on what is wrong', async () => {
    const call = plugin(`echo '{ "code": 100, "msg": "not reserved" }'; exit 1`)
    expect((await ipamCheck(call))._unsafeUnwrapErr()).toEqual({ code: 100, msg: 'IPAM plugin "fake": not reserved' })
    expect(commands()).toEqual(['CHECK'])
  })
})

const old = `[ $CNI_COMMAND = VERSION ] && { echo '{ "cniVersion": "1.0.0", "supportedVersions": ["0.4.0", "1.0.0"] }'; exit 0; }`
const current = `[ $CNI_COMMAND = VERSION ] && { echo '{ "cniVersion": "1.1.0", "supportedVersions": ["1.0.0", "1.1.0"] }'; exit 0; }`
const refusal = (code: number) => `echo '{ "code": ${code}, "msg": "no" }'; exit 1`

describe('GC', () => {
  const nothing = { collected: [], kept: [] }

  test('the attachments that could not be removed are valid to the plugin', async () => {
    const kept = [{ containerId: 'c2', ifName: 'eth0' }]
    const input = JSON.stringify({ name: 'net', 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'eth0' }] })
    const run = { ...plugin(`cat > ${join(directory, 'input')}`), input }
    expect((await ipamGc(run, { collected: [], kept })).isOk()).toBe(true)
    const valid = ['c1', 'c2'].map((containerID) => ({ containerID, ifname: 'eth0' }))
    expect(JSON.parse(readFileSync(join(directory, 'input'), 'utf8'))).toEqual({
      name: 'net',
      'cni.dev/valid-attachments': valid,
    })
  })

  test('is passed on', async () => {
    expect((await ipamGc(plugin('exit 0'), nothing)).isOk()).toBe(true)
    expect(commands()).toEqual(['GC'])
  })

  test.each([1, 3, 4])('passes over a plugin of an older version, which answers with code %d', async (code) => {
    expect((await ipamGc(plugin(`${old}\n${refusal(code)}`), nothing)).isOk()).toBe(true)
    expect(commands()).toEqual(['GC', 'VERSION'])
  })

  test('an older plugin gets a DEL for each attachment that was collected, and the first of its errors is told', async () => {
    const collected = ['c1', 'c2'].map((containerId) => ({ containerId, ifName: 'eth1' }))
    const script = `${old}\n[ "$CNI_COMMAND" != DEL ] || { echo "$CNI_CONTAINERID $CNI_IFNAME $(cat)" >> ${join(directory, 'released')}; exit 0; }\n${refusal(4)}`
    const run = { ...plugin(script), input: JSON.stringify({ name: 'net', cniVersion: '1.1.0' }) }
    expect((await ipamGc(run, { collected, kept: [] })).isOk()).toBe(true)
    expect(commands()).toEqual(['GC', 'VERSION', 'DEL', 'DEL'])
    expect(readFileSync(join(directory, 'released'), 'utf8')).toBe(
      'c1 eth1 {"name":"net","cniVersion":"1.0.0"}\nc2 eth1 {"name":"net","cniVersion":"1.0.0"}\n',
    )
    expect((await ipamGc(plugin(`${old}\n${refusal(4)}`), { collected, kept: [] }))._unsafeUnwrapErr()).toMatchObject({
      code: 4,
    })
  })

  test('fails if the plugin does, and knows the command', async () => {
    const error = { code: 4, msg: 'IPAM plugin "fake": no' }
    expect((await ipamGc(plugin(`${current}\n${refusal(4)}`), nothing))._unsafeUnwrapErr()).toEqual(error)
  })

  test('fails if there is no telling whether the plugin knows the command', async () => {
    expect((await ipamGc(plugin(refusal(4)), nothing))._unsafeUnwrapErr()).toEqual({
      code: 4,
      msg: 'IPAM plugin "fake": no',
    })
    expect((await ipamGc(plugin('exit 1'), nothing))._unsafeUnwrapErr()).toMatchObject({ code: 5 })
    expect((await ipamGc(delegation('other'), nothing))._unsafeUnwrapErr()).toMatchObject({ code: 7 })
  })
})

describe('STATUS', () => {
  test('is that of the plugin', async () => {
    expect((await ipamStatus(plugin('exit 0'))).isOk()).toBe(true)
    const error = (await ipamStatus(plugin(`${current}\n${refusal(51)}`)))._unsafeUnwrapErr()
    expect(error).toEqual({ code: 51, msg: 'IPAM plugin "fake": no' })
  })

  test.each([1, 3, 4])('is 50 for a plugin of an older version, which answers with code %d', async (code) => {
    expect((await ipamStatus(plugin(`${old}\n${refusal(code)}`)))._unsafeUnwrapErr()).toEqual({
      code: 50,
      msg: 'IPAM plugin "fake": incompatible CNI version',
      details: 'the configuration is of version "1.1.0"; supported: 0.4.0, 1.0.0',
    })
  })

  test('is 50 without an answer', async () => {
    expect((await ipamStatus(plugin('exit 1')))._unsafeUnwrapErr()).toMatchObject({
      code: 50,
      msg: 'IPAM plugin "fake": STATUS ended with exit code 1, without an error that can be read',
    })
    expect((await ipamStatus(delegation('other')))._unsafeUnwrapErr()).toMatchObject({ code: 50 })
    const slow = limited(plugin('sleep 600'), { timeoutMs: 500 }).call
    expect((await ipamStatus(slow))._unsafeUnwrapErr()).toMatchObject({ code: 50 })
  })
})
