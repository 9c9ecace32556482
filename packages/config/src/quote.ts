/** The longest piece of a document that is repeated in a message, in characters. */
const longest = 80

/**
 * What is not shown by itself: control and format characters (some reorder a line), odd white space, half characters. Made
 * when it is needed: it takes time, and few documents are wrong.
 */
const invisible = () => /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

/**
 * A value of a hostile document for a message: as JSON, on one line, what is invisible by its number, cut to a readable length.
 *
 * Not by way of the whole value's JSON: that may be endless, and deep nesting overflows the stack of some engines.
 */
export function quote(value: unknown): string {
  // A character has one code unit or two.
  const characters = [...write(value, 2 * (longest + 1))]
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : characters.join('')
}

/** The whole of a value's JSON if it has fewer than `room` code units, and at least as many of its beginning if it has more. */
function write(value: unknown, room: number): string {
  if (room <= 0) return ''
  if (typeof value === 'string') return writeText(value.slice(0, room))
  if (Array.isArray(value)) return writeParts('[', value, ']', room, (entry) => ['', entry])
  if (typeof value === 'object' && value !== null) {
    return writeParts('{', ownKeys(value), '}', room, (key) => [`${write(key, room)}:`, Reflect.get(value, key)])
  }
  return String(value)
}

function writeText(text: string): string {
  return JSON.stringify(text).replaceAll(invisible(), escaped)
}

/** Parts until there is no more room. */
function writeParts<T>(
  open: string,
  parts: Iterable<T>,
  close: string,
  room: number,
  toEntry: (part: T) => readonly [prefix: string, value: unknown],
): string {
  let text = open
  for (const part of parts) {
    const [prefix, value] = toEntry(part)
    text += text === open ? prefix : `,${prefix}`
    text += write(value, room - text.length)
    if (text.length >= room) return text
  }
  return text + close
}

function* ownKeys(value: object): Iterable<string> {
  for (const key in value) if (Object.hasOwn(value, key)) yield key
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
}
