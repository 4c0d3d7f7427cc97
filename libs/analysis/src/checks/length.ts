import type { CheckResult } from '@winnow/contracts';

export interface LengthBounds {
  readonly least: number;
  readonly most: number;
}

/** 1 within the bounds; outside it falls with the ratio to the nearer one. Characters, as a person counts them. */
export const length = (answer: string, { least, most }: LengthBounds): CheckResult => {
  const size = [...answer].length;
  if (size >= least && size <= most) return { name: 'length', value: 1 };
  const value = size < least ? size / least : most / size;
  return { name: 'length', value, why: `${size} characters; ${least} to ${most} are asked for` };
};
