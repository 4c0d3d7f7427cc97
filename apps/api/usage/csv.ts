type Cell = string | number | null;

const formula = /^[=+\-@\t\r]/;
const plainNumber = /^-?\d+(?:\.\d+)?$/;
const special = /[",\r\n]/;

/** A spreadsheet runs a cell that begins like a formula; a quote before it makes it text. Numbers are numbers, negative ones too. */
const cellOf = (value: Cell): string => {
  const text = value === null ? '' : String(value);
  const safe = formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** RFC 4180: a header, then one record a row. */
export const printCsv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
