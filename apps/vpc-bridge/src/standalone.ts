import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { bunSyscalls } from '@vpc-bridge/rtnetlink/bun'
import packageJson from '../package.json' with { type: 'json' }
import { start } from './start.ts'

const version = `${packageJson.version} (driver rtnetlink)`
// Not awaited here: a module that waits cannot become bytecode.
start({ createKernel: () => createRtnetlinkKernel(bunSyscalls()), version }).then((code) => {
  process.exitCode = code
})
