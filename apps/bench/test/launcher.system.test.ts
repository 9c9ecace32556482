import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { output } from '@vpc-bridge/testbed'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { compile, startLauncher } from '../src/launcher.ts'

const directory = mkdtempSync(join(tmpdir(), 'launcher-test-'))
afterAll(() => rmSync(directory, { recursive: true }))
const programs = await compile(directory)

function launcher() {
  const started = startLauncher(programs.launcher, '/proc/self/ns/net')
  onTestFinished(started.close)
  return started
}

const shell = (script: string) => ({ file: '/bin/sh', args: ['-c', script] })
const sleep = { file: '/bin/sleep', args: ['0.2'] }

test('commands of a job run one after the other', async () => {
  const file = join(directory, 'there')
  const [one, two] = await launcher().run([
    [sleep, shell(`[ ! -e ${file} ] && touch ${file}`), shell(`[ -e ${file} ]`), sleep],
    [{ file: programs.empty }],
  ])
  expect(one?.timeMs).toBeGreaterThan(400)
  expect(two?.timeMs).toBeLessThan(one?.timeMs ?? 0)
})

test('jobs run at the same time: each can wait for the other', async () => {
  const [one, two] = [join(directory, 'one'), join(directory, 'two')]
  await output(['mkfifo', one, two])
  await launcher().run([[shell(`echo > ${one}; cat ${two}`)], [shell(`cat ${one}; echo > ${two}`)]])
})

test('a command has its input and its environment, and no other', async () => {
  const isThere = shell('[ "$(cat)" = "$WANTED" ] && [ "$(env | grep -vc ^PWD=)" = 1 ]')
  await launcher().run([[{ ...isThere, input: 'a "line"\n', environment: { WANTED: 'a "line"' } }]])
})

test('memory is that of the command alone, the most that one of a job had', async () => {
  const { run } = launcher()
  const fill = shell('x=$(head -c 30000000 /dev/zero | tr "\\\\0" x); sleep 0')
  const [small] = await run([[{ file: programs.empty }]])
  const [large] = await run([[fill, { file: programs.empty }]])
  const [again] = await run([[{ file: programs.empty }]])
  expect(small?.memoryMib).toBeLessThan(1)
  expect(large?.memoryMib).toBeGreaterThan(28)
  expect(again?.memoryMib).toBeLessThan(1)
})

test('a command that fails is told with what it said', async () => {
  const failed = (...job: Parameters<ReturnType<typeof launcher>['run']>[0][number]) => launcher().run([job])
  await expect(failed(shell('echo out; echo error >&2; exit 3'))).rejects.toThrow('/bin/sh ended with 3: out\nerror')
  await expect(failed(sleep, shell('kill -9 $$'))).rejects.toThrow('/bin/sh ended with 137: ')
  await expect(failed({ file: '/nowhere' })).rejects.toThrow('/nowhere: No such file or directory')
})
