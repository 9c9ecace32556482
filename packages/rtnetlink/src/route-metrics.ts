import { nameOf, numberOf, type Route, routeMetrics } from '@vpc-bridge/kernel'
import { type Attribute, isText, listAttributes, nest, text, textOf, u32, u32At } from './attributes.ts'

/** RTAX_CC_ALGO, the only one that is a text. */
const congestionControl = 16

/** Reads RTA_METRICS: of each metric its number, and of most a number of 32 bits. */
export function decodeMetrics(value: Uint8Array): NonNullable<Route['metrics']> {
  return Object.fromEntries(
    listAttributes(value).map(({ type, value: inner }) => [
      nameOf(routeMetrics, type),
      type === congestionControl ? textOf(inner) : u32At(inner, 0),
    ]),
  )
}

/** @returns `undefined` when a value is none that a metric can have */
export function encodeMetrics(type: number, metrics: NonNullable<Route['metrics']>): Attribute | undefined {
  const attributes = Object.entries(metrics).map(([name, value]) => {
    const number = numberOf(routeMetrics, name)
    if (!Number.isInteger(number)) return undefined
    if (typeof value === 'number') return number === congestionControl ? undefined : u32(number, value)
    return number === congestionControl && isText(value) ? text(number, value) : undefined
  })
  const valid = attributes.filter((attribute) => attribute !== undefined)
  return valid.length < attributes.length ? undefined : nest(type, valid)
}
