import { type Field, type Key, meaningOf } from './field.ts'

/** Returns a table of a plugin's keys in Markdown: name, meaning, default value. */
export function keyTable({ keys }: Field<unknown>): string {
  const rows = keys.map((key) => `| \`${key.name}\` | ${meaningOf(key)} | ${defaultOf(key)} |`)
  return ['| key | meaning | default |', '|---|---|---|', ...rows].join('\n')
}

function defaultOf({ isNeeded, defaultValue }: Key): string {
  if (isNeeded) return 'required'
  const isValue = typeof defaultValue === 'string' || typeof defaultValue === 'number' || defaultValue === true
  return isValue ? `\`${defaultValue}\`` : ''
}
