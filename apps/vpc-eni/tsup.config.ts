import { defineConfig } from 'tsup'

// One module that imports nothing but the host of the executable.
export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  minify: true,
  clean: true,
  noExternal: [/^(?!standalone:host$)/],
  external: ['standalone:host'],
  esbuildOptions: (options) => {
    options.conditions = ['@vpc-bridge/source']
    options.mainFields = ['module', 'main']
  },
})
