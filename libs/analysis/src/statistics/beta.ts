// Lanczos' approximation with g = 7 and nine terms: about 15 digits for arguments above 0.
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

const lnGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const at = x - 1;
  const base = at + 7.5;
  const series = lanczos.reduce((sum, term, i) => (i === 0 ? term : sum + term / (at + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(base) - base + Math.log(series);
};

export const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b);

const mostTerms = 500;
const tiny = 1e-300;
const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

/** The continued fraction of the incomplete beta, by Lentz' method. */
const fraction = (x: number, a: number, b: number): number => {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  const step = (term: number): number => {
    d = 1 / awayFromZero(1 + term * d);
    c = awayFromZero(1 + term / c);
    value *= c * d;
    return c * d;
  };
  for (let m = 1; m <= mostTerms; m += 1) {
    step((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    const change = step((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
};

/** ln of the regularised incomplete beta: it stays exact where the value itself would be 0. */
export const lnBetaI = (x: number, a: number, b: number): number => {
  if (!(a > 0 && b > 0)) throw new RangeError(`betaI needs a and b above 0, not ${a} and ${b}`);
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x >= 1) return 0;
  const front = a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b);
  // the fraction converges fast on the near side of the mean only
  if (x < (a + 1) / (a + b + 2)) return front + Math.log(fraction(x, a, b)) - Math.log(a);
  return Math.log1p(-Math.min(1, (Math.exp(front) * fraction(1 - x, b, a)) / b));
};

/** The regularised incomplete beta: P(Beta(a, b) ≤ x). */
export const betaI = (x: number, a: number, b: number): number => Math.exp(lnBetaI(x, a, b));
