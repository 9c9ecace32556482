import { defineConfig } from 'vitest/config'

// Tests read the packages' sources: an edit is seen without a build.
const conditions = ['@vpc-bridge/source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // setns(2) acts on a thread; each file has a process of its own, and its main thread.
    pool: 'forks',
    // Much of a test is one process that waits for another.
    maxWorkers: 2,
    // Each operation of a driver is a child process; on a busy machine some tests take more than the usual limit.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
