import { type Route, routeMetrics } from '@vpc-bridge/kernel'

/**
 * The metrics of the routes that `ip -details route show` printed, as it prints them for people: with units and locks, both of
 * which are missing from what it prints as JSON. One entry for each route.
 */
export function readMetrics(output: string): readonly Route['metrics'][] {
  // Next hops are on lines of their own, further in.
  return output
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => metricsOf(line.trim().split(/\s+/)))
}

/** Words before which others are the values of: a link may be named `mtu`. */
const keys = ['via', 'inet', 'inet6', 'dev', 'src', 'proto', 'scope', 'metric', 'table', 'from', 'tos', 'nhid', 'pref']

function metricsOf(words: readonly string[]): Route['metrics'] {
  const metrics: Record<string, number | string> = {}
  let lock = 0
  for (let n = 0; n < words.length; n += 1) {
    const name = words[n] ?? ''
    const number = Object.keys(routeMetrics)
      .map(Number)
      .find((each) => routeMetrics[each] === name)
    if (keys.includes(name)) n += 1
    if (number === undefined || name === 'lock' || keys.includes(name)) continue
    if (words[n + 1] === 'lock') {
      lock |= 1 << number
      n += 1
    }
    n += 1
    // Of several features it prints the number besides.
    const value = metricOf(name, words.slice(n, n + 2).findLast((word) => word.startsWith('0x')) ?? words[n] ?? '')
    if (value !== 0) metrics[name] = value
  }
  if (lock !== 0) metrics['lock'] = lock
  return Object.keys(metrics).length === 0 ? undefined : metrics
}

/** The parts of a millisecond that the kernel counts in. */
const partsOfMs: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4, rto_min: 1 }

/** By name, as bits. */
export const features: Readonly<Record<string, number>> = { ecn: 1, tcp_usec_ts: 16 }

function metricOf(name: string, word: string): number | string {
  if (name === 'congctl') return word
  if (name === 'features') return features[word] ?? Number(word)
  const [, number = '', unit = ''] = /^([\d.]+)(s|ms)?$/.exec(word) ?? []
  const ms = unit === 's' ? 1000 : 1
  return Math.round(Number(number) * ms * (unit === '' ? 1 : (partsOfMs[name] ?? 1)))
}
