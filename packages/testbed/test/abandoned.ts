import { createWorld } from '../src/index.ts'

// A program that makes a world and does not destroy it, but ends, or is killed: see world.kernel.test.ts.
const { host } = await createWorld()
process.stdout.write(`${host}\n`, () => {
  if (process.argv[2] === 'killed') process.kill(process.pid, 'SIGKILL')
})
