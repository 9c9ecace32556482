import { captureState } from '@vpc-bridge/testbed'

// Prints the state of the namespaces whose paths are its arguments. Run inside User-Mode Linux: see uml.system.test.ts.
const states = await Promise.all(process.argv.slice(2).map(captureState))
process.stdout.write(JSON.stringify(states))
