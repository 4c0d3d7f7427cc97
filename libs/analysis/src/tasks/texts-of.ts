/** All strings of an answer, in order, as one text. */
export const textsOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textsOf).filter(Boolean).join('\n');
  return typeof value === 'object' && value !== null ? textsOf(Object.values(value)) : '';
};
