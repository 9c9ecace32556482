import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Tests read the packages' sources: an edit is seen without a build.
const conditions = ['@vpc-bridge/source']

const others = ['**/node_modules/**', '**/dist/**']

/** Small files of tests that take minutes begin first: at the end, all other processes would wait for them. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => /(conformance-(standalone|uml)|parallel-add)\./.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/*
 * The kinds of tests, by their names:
 *   *.test.ts         in memory: needs neither root nor a build
 *   *.kernel.test.ts  in network namespaces of its own: needs root
 *   *.system.test.ts  with executables, User-Mode Linux, container runtimes or load: needs root and a build
 */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // setns(2) acts on a thread; each file has a process of its own, and its main thread.
    pool: 'forks',
    // Much of a test is one process that waits for another: more than there are processors.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    // Each operation of a driver is a child process; on a busy machine some tests take more than the usual limit.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...others, '**/*.{kernel,system}.test.ts'],
          // Nothing in memory stays: they may share a process.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'kernel', include: ['**/*.kernel.test.ts'], exclude: others } },
      { extends: true, test: { name: 'system', include: ['**/*.system.test.ts'], exclude: others } },
    ],
  },
})
