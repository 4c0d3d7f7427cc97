/** A row that may be drawn: what it is alike by, how long it is, and where chance put it. */
export interface Drawable {
  /** rows of a kind cost alike: such as those with the same limit to their answers */
  readonly kind: number;
  readonly category: string;
  readonly bytes: number;
  /** by the row's own content, so that the same rows always give the same sample */
  readonly chance: number;
}

/** All rows of a kind, those that cannot be drawn any more included. */
export interface KindTotal {
  readonly rows: number;
  readonly bytes: number;
}

export interface Drawn<Row> {
  readonly row: Row;
  /** how many rows it stands for */
  readonly weight: number;
}

const byStratum = (a: Drawable, b: Drawable): number =>
  a.category < b.category ? -1 : a.category > b.category ? 1 : a.bytes - b.bytes || a.chance - b.chance;

/** Every so-many-th of the rows in order of category and length: each length of each category gets its share. */
const spread = <Row extends Drawable>(rows: readonly Row[], size: number): Row[] => {
  const sorted = [...rows].sort(byStratum);
  return Array.from({ length: size }, (_, n) => sorted[Math.floor(((n + 0.5) * sorted.length) / size)]).filter(
    (row) => row !== undefined,
  );
};

/** Shifts equal weights so that the rows drawn stand for as many bytes as there are, and still for as many rows. */
const weigh = <Row extends Drawable>(rows: readonly Row[], total: KindTotal): Drawn<Row>[] => {
  const plain = total.rows / rows.length;
  const mean = rows.reduce((sum, { bytes }) => sum + bytes, 0) / rows.length;
  const squares = rows.reduce((sum, { bytes }) => sum + (bytes - mean) ** 2, 0);
  const slope = squares === 0 ? 0 : (total.bytes - total.rows * mean) / squares;
  const weights = rows.map(({ bytes }) => plain + slope * (bytes - mean));
  // Far too few rows for so much skew: then equal weights lie less than negative ones.
  const isUsable = weights.every((weight) => weight > plain / 4);
  return rows.map((row, at) => ({ row, weight: isUsable ? (weights[at] ?? plain) : plain }));
};

/** About `size` of the rows, spread over kinds, categories and lengths, each with the number of rows that it stands for. */
export const drawSample = <Row extends Drawable>(
  pool: readonly Row[],
  totals: ReadonlyMap<number, KindTotal>,
  size: number,
): Drawn<Row>[] => {
  const all = [...totals.values()].reduce((sum, { rows }) => sum + rows, 0);
  if (all <= size && pool.length === all) return pool.map((row) => ({ row, weight: 1 }));
  const drawn = [...Map.groupBy(pool, ({ kind }) => kind)].flatMap(([kind, rows]) => {
    const total = totals.get(kind) ?? { rows: rows.length, bytes: 0 };
    const share = Math.max(1, Math.round((size * total.rows) / all));
    return weigh(spread(rows, Math.min(share, rows.length)), total);
  });
  // A kind so rare that none of it could be drawn is stood for by the others.
  const covered = drawn.reduce((sum, { weight }) => sum + weight, 0);
  return drawn.map(({ row, weight }) => ({ row, weight: (weight * all) / covered }));
};
