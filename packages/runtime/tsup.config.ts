import { defineConfig } from 'tsup'
import base from '../../tsup.config.base.ts'

export default defineConfig({
  ...base,
  entry: {
    standalone: 'src/standalone/runtime.ts',
    index: 'src/index.ts',
    node: 'src/node/runtime.ts',
    'node-syscalls': 'src/node/syscalls.ts',
  },
  external: ['standalone:host'],
})
