/**
 * The alias that a link is to have: a text of 255 bytes at most, which identifies it to later processes. Where one text may be as
 * good as another, such as in an older form, `isSaidBy` tells: then the link keeps the one that it has.
 */
export type Alias = string | { readonly text: string; readonly isSaidBy: (found: string) => boolean }

export function textOf(alias: Alias): string {
  return typeof alias === 'string' ? alias : alias.text
}

/** Returns true for an alias that is as good as the one that is wanted. */
export function isSaidBy(alias: Alias, found: string): boolean {
  return typeof alias === 'string' ? alias === found : alias.isSaidBy(found)
}
