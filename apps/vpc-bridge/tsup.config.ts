import { defineConfig } from 'tsup'
import { commit } from './commit.ts'

export default defineConfig(async () => ({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  clean: true,
  // Node.js takes a millisecond to find each package, and another to link each module.
  noExternal: [/^@vpc-bridge\//],
  define: { VPC_BRIDGE_COMMIT: JSON.stringify(await commit()) },
  esbuildOptions: (options) => {
    options.conditions = ['@vpc-bridge/source']
  },
}))
