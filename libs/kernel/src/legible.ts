/// <reference lib="es2024.string" />

/**
 * Foreign text made fit to be kept and shown: at most so long, without U+0000, and without the half of a surrogate pair that a cut leaves.
 * Postgres refuses both in JSON, and what describes a failure must never be why it cannot be written down.
 */
export const legible = (text: string, most: number): string => text.slice(0, most).replaceAll('\0', '').toWellFormed();
