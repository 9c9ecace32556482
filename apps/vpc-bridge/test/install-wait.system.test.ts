import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from './support/build-executable.ts'
import { executable } from './support/runtime.ts'
import { innermost, slowly } from './support/slowly.ts'

/*
 * The first process of a container, as which a DaemonSet runs it, gets no signal that it has not asked for: the kernel drops them.
 */ const list = {
  cniVersion: '1.0.0',
  name: 'vpc',
  plugins: [{ type: 'vpc-bridge', eniName: 'eth10', ipam: { type: 'host-local' } }],
}

/** A host's directories, and the command as the first process of a PID namespace. */
async function useContainer() {
  const root = await temporaryDirectory()
  const source = join(root, '10-vpc.conflist')
  await writeFile(source, JSON.stringify(list))
  for (const directory of ['bin', 'conf']) await mkdir(join(root, directory))
  const installed = async () => [...(await readdir(join(root, 'bin'))), ...(await readdir(join(root, 'conf')))]
  const options = [`--cni-bin-dir=${root}/bin`, `--cni-conf-dir=${root}/conf`, `--conf=${source}`, '--wait']
  const start = (command: 'install' | 'uninstall', before: readonly string[] = []) => {
    const args = ['--pid', '--fork', '--kill-child', ...before, executable, command, ...options]
    const running = execa('unshare', args, { reject: false })
    onTestFinished(() => void running.kill('SIGKILL'))
    /** Sends the command a signal, from outside the container. */
    const signal = async (name: NodeJS.Signals) => process.kill(await innermost(running.pid ?? 0), name)
    const isWaiting = async () => {
      for (let said = ''; !said.includes('waiting for'); ) said += String((await once(running.stdout, 'data'))[0])
    }
    return { running, signal, isWaiting }
  }
  return { root, source, installed, start }
}

/** The processor time that a process has used, in hundredths of a second. */
async function processorTime(pid: number): Promise<number> {
  const [, , , , , , , , , , , user, system] = (await readFile(`/proc/${pid}/stat`, 'utf8'))
    .replace(/^.*\) /, '')
    .split(' ')
  return Number(user) + Number(system)
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the wait at once, and leaves what is installed', async (name) => {
  const { root, installed, start } = await useContainer()
  const { running, signal, isWaiting } = start('install')
  await isWaiting()
  expect(await installed()).toEqual(['vpc-bridge', '10-vpc.conflist'])
  await signal(name)
  const told = performance.now()
  const { exitCode, stdout, stderr } = await running
  expect(performance.now() - told).toBeLessThan(10_000)
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout.split('\n')).toEqual([
    `${root}/bin/vpc-bridge is installed`,
    `${root}/conf/10-vpc.conflist is installed`,
    'waiting for SIGTERM or SIGINT, which will change nothing',
    `ended by ${name}`,
  ])
  expect(await installed()).toEqual(['vpc-bridge', '10-vpc.conflist'])
})

test('a signal while it installs undoes it, and it does not wait', async () => {
  const { root, installed, start } = await useContainer()
  const { running, signal } = start('install', slowly)
  await expect.poll(() => readdir(join(root, 'bin'))).toHaveLength(1)
  await signal('SIGTERM')
  const { exitCode, stdout, stderr } = await running
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toBe(
    `error: ${root}/bin/vpc-bridge cannot be installed, and is what it was before: interrupted by SIGTERM`,
  )
  expect(await installed()).toEqual([])
})

test('a signal while it uninstalls ends it when that is done', async () => {
  const { installed, start } = await useContainer()
  const earlier = start('install')
  await earlier.isWaiting()
  earlier.running.kill('SIGKILL')
  const { running, signal } = start('uninstall', slowly)
  await expect.poll(installed).toEqual(['vpc-bridge'])
  await signal('SIGTERM')
  const { exitCode, stdout } = await running
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/\/bin\/vpc-bridge is removed\nwaiting for .*\nended by SIGTERM$/)
  expect(await installed()).toEqual([])
})

test('a wrong configuration ends it with 1: it must not seem to be installed', async () => {
  const { source, installed, start } = await useContainer()
  await writeFile(source, '{}')
  const { exitCode, stderr } = await start('install').running
  expect(exitCode).toBe(1)
  expect(stderr).toContain('cniVersion is missing')
  expect(await installed()).toEqual([])
})

test('waiting takes no processor time', async () => {
  const { start } = await useContainer()
  const { running, isWaiting } = start('install')
  await isWaiting()
  await sleep(500)
  const pid = await innermost(running.pid ?? 0)
  const before = await processorTime(pid)
  await sleep(2000)
  expect((await processorTime(pid)) - before).toBeLessThanOrEqual(1)
})

test('another installation while it waits is left alone', async () => {
  const { root, source, start } = await useContainer()
  const first = start('install')
  await first.isWaiting()
  await writeFile(source, JSON.stringify({ ...list, name: 'second' }))
  const second = start('install')
  await second.isWaiting()
  await first.signal('SIGTERM')
  expect((await first.running).exitCode).toBe(0)
  expect(await readFile(`${root}/conf/10-vpc.conflist`, 'utf8')).toContain('"second"')
  await second.signal('SIGTERM')
  expect((await second.running).exitCode).toBe(0)
})
