/** The part of Bun's foreign function interface that is used here (https://bun.com/docs/api/ffi). */
declare module 'bun:ffi' {
  type Pointer = number & { readonly __pointer: unique symbol }
  interface Library<Names extends string> {
    // What a symbol takes and returns follows from a table of names that TypeScript cannot read.
    readonly symbols: Readonly<Record<Names, (...args: readonly (number | Uint8Array)[]) => number>>
  }
  export function dlopen<
    const T extends Readonly<Record<string, { readonly args: readonly string[]; readonly returns: string }>>,
  >(path: string, symbols: T): Library<Extract<keyof T, string>>
  export const read: { readonly i32: (pointer: Pointer, offset?: number) => number }
}
