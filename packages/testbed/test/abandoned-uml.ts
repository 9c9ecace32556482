import { runInUml } from '../src/index.ts'

// A program that is killed while it runs a command in User-Mode Linux: see uml.system.test.ts.
await runInUml([`touch '${process.argv[2]}'; sleep 1000`])
