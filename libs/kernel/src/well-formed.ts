// Every Node we run on has it; only the compiler's ES2023 library does not know it yet.
/// <reference lib="es2024.string" />

/** False when half of a surrogate pair stands alone: such text cannot be written as UTF-8. */
export const isWellFormed = (text: string): boolean => text.isWellFormed();
