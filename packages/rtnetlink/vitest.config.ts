import { defineConfig } from 'vitest/config'

// setns(2) acts on a thread; each file has a process of its own, and its main thread.
export default defineConfig({ test: { pool: 'forks', testTimeout: 30_000 } })
