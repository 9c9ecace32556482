import { defineConfig } from 'tsup'
import { commit } from './commit.ts'

export default defineConfig(async () => ({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  clean: true,
  define: { VPC_BRIDGE_COMMIT: JSON.stringify(await commit()) },
}))
