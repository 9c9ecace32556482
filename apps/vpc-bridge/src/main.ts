#!/usr/bin/env node
import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import packageJson from '../package.json' with { type: 'json' }
import { start } from './start.ts'

const version = `${packageJson.version} (driver iproute2)`
// Not awaited here: a module that waits cannot become bytecode.
start({ createKernel: createIproute2Kernel, version }).then((code) => {
  process.exitCode = code
})
