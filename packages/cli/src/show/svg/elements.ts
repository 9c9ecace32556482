/** The few SVG elements that pictures here are made of, as text. Lengths are in user units; y goes down. */

/** Colours of a kind of thing. */
export interface Palette {
  readonly fill: string
  readonly stroke: string
}

export interface TextOptions {
  readonly size?: number
  readonly bold?: boolean
  /** For names, addresses and commands. */
  readonly mono?: boolean
  readonly colour?: string
  readonly anchor?: 'start' | 'middle' | 'end'
  /** What it may take; a longer text is cut, and shown whole on hovering. */
  readonly width?: number
}

export const ink = { strong: '#0f172a', soft: '#475569', faint: '#94a3b8', alarm: '#b91c1c' } as const

/** Widths of a character as a share of the font size, for the widest of the fonts. */
const advance = { mono: 0.605, sans: 0.6, bold: 0.66 } as const

/** How wide a text is at most, in user units. */
export function textWidth(content: string, { size = 13, bold = false, mono = false }: TextOptions): number {
  return Math.ceil([...content].length * size * advanceOf({ bold, mono }))
}

function advanceOf({ bold, mono }: { readonly bold: boolean; readonly mono: boolean }): number {
  return mono ? advance.mono : bold ? advance.bold : advance.sans
}

/** One line of text with its baseline at y. */
export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const { size = 13, bold = false, mono = false, colour = ink.strong, anchor = 'start', width } = options
  const room = width === undefined ? content.length : Math.floor(width / (size * advanceOf({ bold, mono })))
  const characters = [...content]
  const isCut = characters.length > room
  const shown = isCut ? `${characters.slice(0, Math.max(1, room - 1)).join('')}…` : content
  const attributes = [
    `x="${x}" y="${y}" font-size="${size}" fill="${colour}"`,
    ...(bold ? ['font-weight="600"'] : []),
    ...(mono ? ['class="mono"'] : []),
    ...(anchor === 'start' ? [] : [`text-anchor="${anchor}"`]),
  ]
  return `<text ${attributes.join(' ')}>${isCut ? `<title>${escaped(content)}</title>` : ''}${escaped(shown)}</text>`
}

/** A box with round corners. */
export function box(
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  { fill, stroke }: Palette,
  { radius = 10, dashed = false, thick = false } = {},
): string {
  const dash = dashed ? ' stroke-dasharray="5 4"' : ''
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${thick ? 2 : 1.25}"${dash}/>`
}

/** A level cable; dashed where nothing is plugged in. */
export function cable(
  x1: number,
  x2: number,
  y: number,
  { colour = '#64748b', dashed = false }: { readonly colour?: string; readonly dashed?: boolean } = {},
): string {
  const dash = dashed ? ' stroke-dasharray="2 5" stroke-linecap="round"' : ''
  return `<line x1="${x1}" y1="${y}" x2="${x2}" y2="${y}" stroke="${colour}" stroke-width="2"${dash}/>`
}

/** Elements that say more when the pointer rests on them. */
export function titled(lines: readonly string[], elements: readonly string[]): readonly string[] {
  return [`<g><title>${lines.map(escaped).join('\n')}</title>`, ...elements, '</g>']
}

/** Where a cable is plugged in. */
export function plug(x: number, y: number, colour: string): string {
  return `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" rx="2" fill="${colour}"/>`
}

/** Marks a thing that is not as it should be. */
export function alarm(x: number, y: number): string {
  return `<circle cx="${x}" cy="${y}" r="9" fill="#dc2626"/><text x="${x}" y="${y + 4.5}" font-size="13" font-weight="700" fill="#ffffff" text-anchor="middle">!</text>`
}

/** The whole picture. */
export function svg(width: number, height: number, title: string, elements: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
text { font-family: Inter, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
.mono { font-family: "JetBrains Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
</style>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${elements.join('\n')}
</svg>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML has no way to write control characters: they become spaces. */
function escaped(content: string): string {
  return content
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ')
}
