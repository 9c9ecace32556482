/**
 * Returns Markdown with a generated block in it, between `<!-- NAME -->` and `<!-- /NAME -->`.
 *
 * @throws if there are no such marks
 */
export function withBlock(markdown: string, name: string, block: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest] = [markdown.slice(0, markdown.indexOf(start)), markdown.slice(markdown.indexOf(end))]
  if (!markdown.includes(start) || !rest.startsWith(end)) throw new Error(`there is no ${start} … ${end}`)
  return `${before}${start}\n\n${block}\n\n${rest}`
}
