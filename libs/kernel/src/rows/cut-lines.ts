import type { Cutter, Numbered } from './rows-fault';

export type Line = Numbered<{ readonly text: string }>;

const ofBytes = (maxBytes: number): string => `the row is larger than ${maxBytes} bytes`;

/** Lines of a text, blank ones left out. One that is too long is not kept while it arrives. */
export const cutLines = (maxBytes: number): Cutter<Line> => {
  let rest = '';
  let line = 1;
  let isTooLong = false;
  const take = (text: string): Line[] => {
    const whole = rest + text;
    const at = line;
    line += 1;
    rest = '';
    const fault = isTooLong || Buffer.byteLength(whole) > maxBytes;
    isTooLong = false;
    if (fault) return [{ line: at, fault: ofBytes(maxBytes) }];
    return whole.trim() === '' ? [] : [{ line: at, text: whole }];
  };
  return {
    push: (text) => {
      const pieces = text.split('\n');
      const last = pieces.pop() ?? '';
      const lines = pieces.flatMap(take);
      rest = isTooLong ? '' : rest + last;
      // A character is a byte at least.
      if (rest.length > maxBytes) {
        isTooLong = true;
        rest = '';
      }
      return lines;
    },
    end: () => (rest === '' && !isTooLong ? [] : take('')),
  };
};
