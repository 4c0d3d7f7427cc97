/** How long a provider asks to be left alone, in ms; undefined where it does not say. */
export const readRetryAfterMs = (
  header: (name: string) => string | string[] | null | undefined,
): number | undefined => {
  const exact = Number(header('retry-after-ms') ?? undefined);
  if (Number.isFinite(exact) && exact > 0) return exact;
  const text = header('retry-after');
  if (typeof text !== 'string' || text === '') return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? Math.ceil(ms) : undefined;
};
