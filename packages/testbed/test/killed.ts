import { createWorld } from '../src/index.ts'

// A test that makes a world and is killed: see world.test.ts.
const { host } = await createWorld()
process.stdout.write(`${host}\n`, () => process.kill(process.pid, 'SIGKILL'))
