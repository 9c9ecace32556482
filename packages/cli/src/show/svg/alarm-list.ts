import { box, ink, text } from './elements.ts'
import { columns, inset, lineHeight, palettes } from './layout.ts'

/** A part of the picture. */
export interface Drawn {
  readonly elements: readonly string[]
  readonly height: number
}

/** Draws a list of what is wrong, at the width of the host; nothing without a line. */
export function alarmList(title: string, lines: readonly string[], y: number): Drawn {
  if (lines.length === 0) return { elements: [], height: 0 }
  const { x } = columns.uplink
  const width = columns.hostEnd.x + columns.hostEnd.width - x
  const height = 40 + lines.length * lineHeight
  return {
    elements: [
      box({ x, y, width, height }, palettes.broken),
      text(x + inset, y + 25, title, { bold: true, colour: ink.alarm }),
      ...lines.map((line, n) =>
        text(x + inset, y + 47 + n * lineHeight, line, { colour: ink.alarm, width: width - 2 * inset }),
      ),
    ],
    height,
  }
}
