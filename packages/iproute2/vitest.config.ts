import { defineConfig } from 'vitest/config'

// Each operation is a child process; on a busy machine some tests take more than the usual limit.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
