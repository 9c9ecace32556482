import type { Palette } from './elements.ts'

export const palettes = {
  host: { fill: '#f8fafc', stroke: '#cbd5e1' },
  uplink: { fill: '#fff7ed', stroke: '#f97316' },
  hub: { fill: '#eef2ff', stroke: '#6366f1' },
  helper: { fill: '#ffffff', stroke: '#a5b4fc' },
  hostEnd: { fill: '#ffffff', stroke: '#94a3b8' },
  container: { fill: '#ecfdf5', stroke: '#10b981' },
  broken: { fill: '#fef2f2', stroke: '#dc2626' },
} as const satisfies Readonly<Record<string, Palette>>

/** The columns, from left to right. */
export const columns = {
  outside: { x: 24, width: 64 },
  host: { x: 120, width: 800 },
  uplink: { x: 148, width: 224 },
  hub: { x: 444, width: 208 },
  hostEnd: { x: 730, width: 162 },
  container: { x: 990, width: 386 },
} as const

export const pictureWidth = 1400
/** From the edge of a box to its text. */
export const inset = 16
export const lineHeight = 19

/** A line of text in a box. */
export interface Line {
  readonly left: string
  readonly right?: string
  readonly mono?: boolean
  readonly isTitle?: boolean
  readonly isWrong?: boolean
}
