import assert from 'node:assert/strict'
import { type ContractWorld, outputOf, shell, value } from './case.ts'

/** Returns the hundredths of a second that this process has taken of a processor (proc(5), utime and stime). */
function processorTicks({ runtime: { files, pid } }: ContractWorld): number {
  const fields = value(files.read(`/proc/${pid}/stat`))
    .replace(/\(.*\)/, 'name')
    .split(' ')
  return Number(fields[13]) + Number(fields[14])
}

/*
 * A process is told to stop once. Each of these is the only one of its process.
 */
export const interruptionCases: Readonly<Record<string, (world: ContractWorld) => Promise<void>>> = {
  'a signal is told once it has come, and stays': async (world) => {
    const ask = world.runtime.interruption()
    assert.equal(await ask(), undefined)
    await outputOf(world, `kill -INT ${world.runtime.pid}`)
    assert.equal(await ask(), 'SIGINT')
    await outputOf(world, `kill -TERM ${world.runtime.pid}`)
    assert.equal(await ask(), 'SIGINT')
    assert.equal(await world.runtime.interruption()(), 'SIGINT')
    await world.runtime.clock.sleep(50)
    assert.equal(await ask(), 'SIGINT')
  },

  'a child ends itself when this process is told to stop': async (world) => {
    const interruption = world.runtime.interruption()
    assert.equal(await outputOf(world, 'echo done', { interruption }), 'done\n')
    const killed = `(sleep 0.3; kill -TERM ${world.runtime.pid}) >/dev/null 2>&1 &`
    const script = `exec 2>&-; ${killed} trap 'echo stopping; exit 3' TERM; echo out; while :; do sleep 0.05; done`
    const end = await shell(world, script, { interruption })
    assert.deepEqual(end, { kind: 'interrupted', reason: 'SIGTERM', stdout: 'out\nstopping\n', stderr: '' })
    // From now on none is started.
    const next = await shell(world, `touch ${world.directory}/file`, { interruption })
    assert.deepEqual(next, { kind: 'interrupted', reason: 'SIGTERM', stdout: '', stderr: '' })
    assert.deepEqual(value(world.runtime.files.list(world.directory)), [])
    // But for those that are not to be interrupted.
    assert.equal(await outputOf(world, 'echo done'), 'done\n')
  },

  'a child that does not end itself is killed two seconds later': async (world) => {
    const interruption = world.runtime.interruption()
    const start = world.runtime.clock.now()
    const before = processorTicks(world)
    const script = `trap '' TERM; (sleep 0.2; kill -INT ${world.runtime.pid}; sleep 0.2; kill -TERM ${world.runtime.pid}) >/dev/null 2>&1 & while :; do sleep 9; done`
    const end = await shell(world, script, { interruption })
    const took = world.runtime.clock.now() - start
    assert.deepEqual(end, { kind: 'interrupted', reason: 'SIGINT', stdout: '', stderr: '' })
    assert.ok(took > 2100 && took < 20_000, `${took} ms`)
    // The second signal does not keep it busy.
    const ticks = processorTicks(world) - before
    assert.ok(10 * ticks < took / 3, `${ticks} ticks of processor time in ${took} ms`)
  },

  'a child that is not to be interrupted goes on': async (world) => {
    const interruption = world.runtime.interruption()
    const script = `kill -TERM ${world.runtime.pid}; sleep 0.3; echo done`
    assert.equal(await outputOf(world, script), 'done\n')
    assert.equal(await interruption(), 'SIGTERM')
  },

  'a process waits until it is told to stop, without working': async (world) => {
    await outputOf(world, `(sleep 1; kill -TERM ${world.runtime.pid}) >/dev/null 2>&1 </dev/null &`)
    const ticks = async () => Number((await outputOf(world, `cut -d ' ' -f 14 /proc/${world.runtime.pid}/stat`)).trim())
    const start = world.runtime.clock.now()
    const before = await ticks()
    assert.equal(await world.runtime.waitForStop(), 'SIGTERM')
    const took = world.runtime.clock.now() - start
    assert.ok(took > 800, `${took} ms`)
    const worked = (await ticks()) - before
    assert.ok(10 * worked < took / 3, `${worked} hundredths of a second in ${took} ms`)
    assert.equal(await world.runtime.interruption()(), 'SIGTERM')
    assert.equal(await world.runtime.waitForStop(), 'SIGTERM')
  },

  'a process that has been told to stop does not wait': async (world) => {
    world.runtime.interruption()
    await outputOf(world, `kill -INT ${world.runtime.pid}`)
    assert.equal(await world.runtime.waitForStop(), 'SIGINT')
  },
}
