const separators = [',', ';', '\t', '|'] as const;

/** The separator that stands most often in the header, outside of quotes; a comma where there is none, as in a file of one column. */
export const guessSeparator = (header: string): string => {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const counted = separators.map((separator) => ({ separator, times: bare.split(separator).length - 1 }));
  return counted.reduce((best, next) => (next.times > best.times ? next : best)).separator;
};

/** How far the first record of a file reaches, its end excluded; null: not all of it is there. */
export const endOfHeader = (text: string): number | null => {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return at;
  }
  return null;
};
