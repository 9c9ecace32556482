import { createContainerHost, output, startContainerd } from '../src/index.ts'
import { installNetwork } from './install-network.ts'

// A program that ends, or is killed, while a container runs: see container-host.system.test.ts.
const [netns = '', how] = process.argv.slice(2)
const host = await createContainerHost(netns)
await installNetwork(host)
const { start } = await startContainerd(host)
await start('red', ['sleep', '1000'])
const processes = await output(host.inside(['readlink', '/proc/self/ns/pid']))
process.stdout.write(JSON.stringify({ cgroup: host.cgroup, processes }), () => {
  if (how === 'killed') process.kill(process.pid, 'SIGKILL')
  process.exit()
})
