import { expect, test } from 'vitest'
import { runInUml } from '../src/index.ts'

test('runInUml runs commands in a kernel with a real dummy driver', { timeout: 300_000 }, async () => {
  const [added, shown, failed] = await runInUml([
    'ip link add eth10 type dummy',
    'ip -j -d link show dev eth10',
    'echo oops >&2; exit 3',
  ])
  expect(added).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(JSON.parse(shown?.stdout ?? '')[0]).toMatchObject({ ifname: 'eth10', linkinfo: { info_kind: 'dummy' } })
  expect(failed).toEqual({ exitCode: 3, stdout: '', stderr: 'oops\n' })
})
