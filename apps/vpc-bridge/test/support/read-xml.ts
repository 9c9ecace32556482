/** An element of an XML document. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Its own text, without that of the elements in it. */
  readonly text: string
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads a document of elements, attributes and text, as far as pictures use XML. Anything else is an exception.
 *
 * @see https://www.w3.org/TR/xml/
 */
export function readXml(document: string): readonly XmlElement[] {
  // Section 2.2: characters that are none.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u.test(document))
    throw new Error('a forbidden character')
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = []
  const open: (typeof elements)[number][] = []
  let rest = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  while (rest !== '') {
    const [piece = '', closing, opening, attributes = '', isEmpty, text] =
      /^(?:<\/([\w:]+)>|<([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+))/.exec(rest) ?? []
    if (piece === '') throw new Error(`not well-formed: ${rest.slice(0, 60)}`)
    rest = rest.slice(piece.length)
    if (closing !== undefined) {
      if (open.pop()?.name !== closing) throw new Error(`unexpected </${closing}>`)
    } else if (opening !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        decode(value),
      ])
      const element = { name: opening, attributes: Object.fromEntries(pairs), text: '' }
      elements.push(element)
      if (isEmpty === '') open.push(element)
    } else {
      const parent = open.at(-1)
      if (parent !== undefined) parent.text += decode(text ?? '')
      else if (text?.trim() !== '') throw new Error('text outside of the document')
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`)
  return elements
}

function decode(text: string): string {
  return text.replaceAll(/&(\w*)(;?)/g, (whole, name: string, end: string) => {
    const character = entities[name]
    if (character === undefined || end === '') throw new Error(`a reference to nothing: ${whole}`)
    return character
  })
}
