import { type SystemResult, systemError } from '@vpc-bridge/runtime'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import fc from 'fast-check'
import { err, errAsync, ok, okAsync } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import {
  type CniError,
  type CniResult,
  type Environment,
  type Plugin,
  type PluginRuntime,
  type Request,
  runPlugin,
} from '../src/index.ts'

const result: CniResult = {
  interfaces: [
    { name: 'eth0', mac: '02:00:00:00:00:01', mtu: 9001, sandbox: '/run/netns/blue' },
    { name: 'veth0', mac: '02:00:00:00:00:02', mtu: 9001 },
  ],
  ips: [
    { address: '192.168.1.43/24', gateway: '192.168.1.1', interface: 0 },
    { address: 'fd00::2/128', gateway: 'fe80::1', interface: 0 },
  ],
  routes: [],
  dns: { nameservers: ['169.254.169.253'] },
}

/** As 0.3.1 writes it. */
const prevResult = {
  cniVersion: '0.3.1',
  interfaces: [{ name: 'eth0', sandbox: '/run/netns/blue' }],
  ips: [{ version: '4', address: '10.0.0.2/24', interface: 0 }],
  dns: {},
}
const parsed: CniResult = {
  interfaces: [{ name: 'eth0', sandbox: '/run/netns/blue' }],
  ips: [{ address: '10.0.0.2/24', interface: 0 }],
  routes: [],
  dns: {},
}

const environment: Environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/blue',
  CNI_IFNAME: 'eth0',
  CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAME=a=b',
  CNI_PATH: '/opt/cni/bin:/usr/lib/cni',
}

const idle: Plugin = {
  versions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
  add: () => okAsync(result),
  del: () => okAsync(),
  check: () => okAsync(),
  gc: () => okAsync(),
  status: () => okAsync(),
}

const { files, runChild } = nodeRuntime()

/** A process with such an environment and standard input. */
function runtimeWith(environment: Environment, input: SystemResult<string>): PluginRuntime {
  return { environment, runChild, files: { ...files, readToEnd: () => input } }
}

/** Runs a plugin that does nothing but remember what it was asked. */
async function run(changes: Environment, input: string, plugin: Partial<Plugin> = {}) {
  const requests: [member: string, request: Request][] = []
  const note = (member: string) => (request: Request) => okAsync<void, CniError>(void requests.push([member, request]))
  const outcome = await runPlugin(
    {
      ...idle,
      add: (request) => note('add')(request).map(() => result),
      del: note('del'),
      check: note('check'),
      gc: note('gc'),
      status: note('status'),
      ...plugin,
    },
    runtimeWith({ ...environment, ...changes }, ok(input)),
  )
  return { ...outcome, requests, document: outcome.stdout === '' ? undefined : JSON.parse(outcome.stdout) }
}

const config = (cniVersion: string, more: object = {}) =>
  JSON.stringify({ cniVersion, name: 'n', type: 't', answer: 42, ...more })

describe('ADD', () => {
  test('hands over what the runtime says', async () => {
    const { requests } = await run({}, `\ufeff${config('1.0.0')}`)
    expect(requests).toEqual([
      [
        'add',
        {
          cniVersion: '1.0.0',
          containerId: 'c1',
          netns: '/run/netns/blue',
          ifName: 'eth0',
          args: { IgnoreUnknown: '1', K8S_POD_NAME: 'a=b' },
          path: ['/opt/cni/bin', '/usr/lib/cni'],
          environment,
          runtime: { files: expect.any(Object), runChild },
          document: { cniVersion: '1.0.0', name: 'n', type: 't', answer: 42 },
          input: config('1.0.0'),
        },
      ],
    ])
  })

  test('hands over what plugins before it have made', async () => {
    const { requests } = await run({}, config('0.3.1', { prevResult }))
    expect(requests).toMatchObject([['add', { prevResult: parsed }]])
  })

  test.each(['0.3.0', '0.3.1', '0.4.0'])('answers in %s: addresses tell their version, no MTU', async (version) => {
    const { document, exitCode, stderr } = await run({}, config(version))
    expect({ document, exitCode, stderr }).toEqual({
      document: {
        cniVersion: version,
        interfaces: [
          { name: 'eth0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/blue' },
          { name: 'veth0', mac: '02:00:00:00:00:02' },
        ],
        ips: [
          { version: '4', address: '192.168.1.43/24', gateway: '192.168.1.1', interface: 0 },
          { version: '6', address: 'fd00::2/128', gateway: 'fe80::1', interface: 0 },
        ],
        dns: { nameservers: ['169.254.169.253'] },
      },
      exitCode: 0,
      stderr: '',
    })
  })

  test('answers in 1.0.0 without the version of addresses, in 1.1.0 with the MTU', async () => {
    const one = await run({}, config('1.0.0'))
    expect(one.document).toEqual({
      ...result,
      cniVersion: '1.0.0',
      routes: undefined,
      interfaces: one.document.interfaces,
    })
    expect(one.document.interfaces[0]).toEqual({ name: 'eth0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/blue' })
    const newer = await run({}, config('1.1.0'))
    expect(newer.document).toEqual({ ...result, cniVersion: '1.1.0', routes: undefined })
  })

  test('an error of the plugin is an error document, a line, and a failure', async () => {
    const add = () => errAsync({ code: 101, msg: 'no luck', details: 'try again' })
    const { document, stderr, exitCode } = await run({}, config('0.3.1'), { add })
    expect(document).toEqual({ cniVersion: '0.3.1', code: 101, msg: 'no luck', details: 'try again' })
    expect(stderr).toBe('no luck (try again)\n')
    expect(exitCode).toBe(1)
  })

  test('a bug of the plugin is one too, with nothing of it but the message on the standard output', async () => {
    const add = () => {
      throw new TypeError('undefined is not a function')
    }
    const { document, stdout, stderr } = await run({}, config('1.0.0'), { add })
    expect(document).toEqual({ cniVersion: '1.0.0', code: 999, msg: 'internal error: undefined is not a function' })
    expect(stdout.trim()).not.toContain('\n')
    expect(stderr).toContain('run-plugin.test.ts')
  })
})

describe('DEL', () => {
  test('succeeds silently, with or without a namespace', async () => {
    expect(await run({ CNI_COMMAND: 'DEL' }, config('1.0.0'))).toMatchObject({ stdout: '', stderr: '', exitCode: 0 })
    const { requests } = await run({ CNI_COMMAND: 'DEL', CNI_NETNS: '' }, config('1.0.0'))
    expect(requests).toMatchObject([['del', { containerId: 'c1' }]])
    expect(requests[0]?.[1]).not.toHaveProperty('netns')
  })

  test('hands over prevResult, and does without one that cannot be read', async () => {
    const good = await run({ CNI_COMMAND: 'DEL' }, config('1.0.0', { prevResult }))
    expect(good.requests).toMatchObject([['del', { prevResult: parsed }]])
    const bad = await run({ CNI_COMMAND: 'DEL' }, config('1.0.0', { prevResult: { ips: 1 } }))
    expect(bad.exitCode).toBe(0)
    expect(bad.requests[0]?.[1]).not.toHaveProperty('prevResult')
  })
})

describe('CHECK', () => {
  const check = { CNI_COMMAND: 'CHECK' }

  test.each(['0.4.0', '1.0.0', '1.1.0'])(
    'of version %s hands over prevResult, and succeeds silently',
    async (version) => {
      const { requests, stdout, exitCode } = await run(check, config(version, { prevResult }))
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
      expect(requests).toMatchObject([['check', { netns: '/run/netns/blue', ifName: 'eth0', prevResult: parsed }]])
    },
  )

  test('tells what the plugin found wrong', async () => {
    const { document, exitCode } = await run(check, config('1.0.0', { prevResult }), {
      check: () => errAsync({ code: 102, msg: 'eth0 is gone' }),
    })
    expect({ document, exitCode }).toEqual({
      document: { cniVersion: '1.0.0', code: 102, msg: 'eth0 is gone' },
      exitCode: 1,
    })
  })
})

describe('GC', () => {
  const gc = { CNI_COMMAND: 'GC', CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_ARGS: '' }
  const gcConfig = (attachments: unknown) => config('1.1.0', { 'cni.dev/valid-attachments': attachments })

  test('hands over the valid attachments, and succeeds silently', async () => {
    const { requests, stdout, exitCode } = await run(gc, gcConfig([{ containerID: 'c1', ifname: 'eth0', more: 1 }]))
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
    expect(requests).toMatchObject([['gc', { validAttachments: [{ containerId: 'c1', ifName: 'eth0' }] }]])
  })

  test.each([[[]], [null]])('hands over %j, as Go writes an empty list, as one', async (list) => {
    const { requests } = await run(gc, gcConfig(list))
    expect(requests).toMatchObject([['gc', { validAttachments: [] }]])
  })

  test('reads the older key where the newer one is absent', async () => {
    const older = [{ containerID: 'c1', ifname: 'eth0' }]
    const { requests } = await run(gc, config('1.1.0', { 'cni.dev/attachments': older }))
    expect(requests).toMatchObject([['gc', { validAttachments: [{ containerId: 'c1', ifName: 'eth0' }] }]])
    const both = { 'cni.dev/attachments': older, 'cni.dev/valid-attachments': null }
    expect((await run(gc, config('1.1.0', both))).requests).toMatchObject([['gc', { validAttachments: [] }]])
    const { document } = await run(gc, config('1.1.0', { 'cni.dev/attachments': [7] }))
    expect(document).toMatchObject({ code: 7, msg: expect.stringContaining('cni.dev/attachments[0] must have') })
  })

  test('does nothing, and succeeds, without a list', async () => {
    const { requests, stdout, exitCode } = await run(gc, config('1.1.0', {}))
    expect({ requests, stdout, exitCode }).toEqual({ requests: [], stdout: '', exitCode: 0 })
  })

  test.each([
    ['an empty text', '', 'cni.dev/valid-attachments must be a list'],
    ['an object', { containerID: 'c1', ifname: 'eth0' }, 'cni.dev/valid-attachments must be a list'],
    [
      'entries that are none, all of them',
      [
        { containerID: 'c1', ifname: 'eth0' },
        { containerID: 'c2' },
        null,
        { containerID: '', ifname: 'eth0' },
        { containerID: 'c3', ifname: 7 },
      ],
      'cni.dev/valid-attachments[1], cni.dev/valid-attachments[2], cni.dev/valid-attachments[3], cni.dev/valid-attachments[4] must have',
    ],
  ])('refuses %s, and nothing is done', async (_, attachments, msg) => {
    const { document, requests } = await run(gc, gcConfig(attachments))
    expect(document).toMatchObject({ code: 7, msg: expect.stringContaining(msg) })
    expect(requests).toEqual([])
  })
})

describe('STATUS', () => {
  const status = {
    CNI_COMMAND: 'STATUS',
    CNI_CONTAINERID: '',
    CNI_NETNS: '',
    CNI_IFNAME: '',
    CNI_ARGS: ';x',
    CNI_PATH: '',
  }

  test('needs no variables, and succeeds silently', async () => {
    const { requests, stdout, exitCode } = await run(status, config('1.1.0'))
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
    expect(requests).toMatchObject([['status', { document: { answer: 42 }, path: [] }]])
  })

  test('tells why the plugin is not ready', async () => {
    const { document } = await run(status, config('1.1.0'), { status: () => errAsync({ code: 50, msg: 'no ENI' }) })
    expect(document).toEqual({ cniVersion: '1.1.0', code: 50, msg: 'no ENI' })
  })
})

describe('VERSION', () => {
  test.each([
    ['the version asked in', '{"cniVersion":"0.4.0"}', '0.4.0'],
    ['the version before there were any, where it is empty', '{"cniVersion":""}', '0.1.0'],
    ['the version before there were any, where it is null', '{"cniVersion":null}', '0.1.0'],
    ['the newest without any input', '', '1.1.0'],
    ['the newest for input that is no JSON', '{', '1.1.0'],
  ])('answers in %s', async (_, input, cniVersion) => {
    const versionEnvironment = { CNI_COMMAND: 'VERSION', CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '' }
    expect(await run(versionEnvironment, input)).toMatchObject({
      document: { cniVersion, supportedVersions: ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] },
      exitCode: 0,
    })
  })
})

describe('what cannot be done is refused before the plugin is asked', () => {
  const good = config('1.0.0')
  test.each([
    [
      'all missing variables at once',
      { CNI_CONTAINERID: '', CNI_NETNS: undefined, CNI_IFNAME: '' },
      good,
      4,
      'CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME must be set for ADD',
    ],
    [
      'a DEL without container',
      { CNI_COMMAND: 'DEL', CNI_CONTAINERID: '' },
      good,
      4,
      'CNI_CONTAINERID must be set for DEL',
    ],
    [
      'a CHECK without anything',
      { CNI_COMMAND: 'CHECK', CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '' },
      good,
      4,
      'CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME must be set for CHECK',
    ],
    [
      'a GC without CNI_PATH',
      { CNI_COMMAND: 'GC', CNI_PATH: '' },
      config('1.1.0', { 'cni.dev/valid-attachments': [] }),
      4,
      'CNI_PATH must be set for GC',
    ],
    ['a CHECK without prevResult', { CNI_COMMAND: 'CHECK' }, good, 7, 'prevResult, the result of the ADD, is missing'],
    [
      'a CHECK whose prevResult is null',
      { CNI_COMMAND: 'CHECK' },
      config('1.0.0', { prevResult: null }),
      7,
      'prevResult, the result of the ADD, is missing',
    ],
    [
      'a CHECK with another prevResult',
      { CNI_COMMAND: 'CHECK' },
      config('1.0.0', { prevResult: [] }),
      7,
      'prevResult: found a list, expected an object',
    ],
    [
      'an ADD after plugins that made nothing readable',
      {},
      config('1.0.0', { prevResult: { ips: [{ address: '10.0.0.2' }] } }),
      7,
      'prevResult.ips[0].address: found "10.0.0.2", expected an IP address with prefix length',
    ],
    [
      'an unknown command',
      { CNI_COMMAND: 'REMOVE' },
      good,
      4,
      'CNI_COMMAND is "REMOVE", expected one of ADD, DEL, CHECK, GC, STATUS, VERSION',
    ],
    ['the name of a method of objects', { CNI_COMMAND: 'toString' }, good, 4, 'CNI_COMMAND is "toString"'],
    ['a container ID that is none', { CNI_CONTAINERID: '../x' }, good, 4, 'CNI_CONTAINERID is "../x"'],
    ['an interface name that is none', { CNI_IFNAME: 'eth/0' }, good, 4, 'CNI_IFNAME is "eth/0"'],
    ['a long interface name', { CNI_IFNAME: 'e'.repeat(16) }, good, 4, 'CNI_IFNAME is'],
    ['arguments that are no pairs', { CNI_ARGS: 'a;b' }, good, 4, 'CNI_ARGS must be'],
    ['no configuration', {}, '', 6, 'not JSON: it is empty'],
    ['no JSON', {}, '{"a":', 6, 'not JSON'],
    ['no object', {}, '[]', 6, 'not a JSON object'],
    ['a version that is no text', {}, '{"cniVersion":1}', 6, 'cniVersion must be a text'],
    ['a version that there is not', {}, config('9.9.9'), 1, 'incompatible CNI version'],
    ['no version, which means 0.1.0', {}, '{"name":"n"}', 1, 'incompatible CNI version'],
  ])('%s', async (_, changes, input, code, msg) => {
    const { document, requests, exitCode, stderr } = await run(changes, input)
    expect(document.code).toBe(code)
    expect(document.msg).toContain(msg)
    expect(stderr).toContain(msg)
    expect(exitCode).toBe(1)
    expect(requests).toEqual([])
  })

  test('a version that the plugin does not implement, with those that it does', async () => {
    const { document } = await run({}, config('1.1.0'), { versions: ['0.4.0', '1.0.0'] })
    expect(document).toMatchObject({
      code: 1,
      details: 'the configuration is of version "1.1.0"; supported: 0.4.0, 1.0.0',
    })
  })

  test.each([
    ['CHECK', '0.3.1', '0.4.0'],
    ['GC', '1.0.0', '1.1.0'],
    ['STATUS', '0.4.0', '1.1.0'],
  ])('a %s of version %s, which did not have it', async (command, version, least) => {
    const { document, requests } = await run({ CNI_COMMAND: command }, config(version))
    expect(document).toEqual({
      cniVersion: version,
      code: 1,
      msg: 'incompatible CNI version',
      details: `the configuration is of version "${version}"; ${command} is of ${least} and later`,
    })
    expect(requests).toEqual([])
  })

  test('an input that cannot be read', async () => {
    const outcome = await runPlugin(idle, runtimeWith(environment, err(systemError(9))))
    expect(JSON.parse(outcome.stdout)).toMatchObject({ code: 5, msg: expect.stringContaining('EBADF') })
  })
})

test('whatever the environment and the input, there is one JSON document or nothing', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('ADD', 'DEL', 'CHECK', 'GC', 'STATUS', 'eth0', 'c1'),
  )
  const variables = fc.dictionary(fc.constantFrom(...Object.keys(environment)), text)
  const more = fc.dictionary(fc.constantFrom('prevResult', 'cni.dev/valid-attachments'), fc.jsonValue())
  const input = fc.oneof(
    text,
    fc.json(),
    fc.tuple(fc.constantFrom('0.3.1', '1.1.0'), more).map(([version, fields]) => config(version, fields)),
  )
  await fc.assert(
    fc.asyncProperty(variables, input, async (changes, json) => {
      const { stdout, exitCode, document } = await run(changes, json)
      if (exitCode === 1) expect(document).toMatchObject({ code: expect.any(Number), msg: expect.any(String) })
      if (stdout !== '') expect(stdout.indexOf('\n')).toBe(stdout.length - 1)
    }),
  )
})
