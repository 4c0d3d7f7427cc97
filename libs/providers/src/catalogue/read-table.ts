import type { ProviderName } from '@winnow/contracts';
import { parseUsd, type Nano } from '@winnow/kernel';

/** Nano-dollars per million tokens of the three kinds that a service tier states. */
export interface TierRates {
  readonly input: Nano;
  readonly cacheRead: Nano;
  readonly output: Nano;
}

export interface ShippedModel extends TierRates {
  readonly provider: ProviderName;
  readonly model: string;
  readonly from: string;
  readonly cacheWrite: Nano;
  /** millionths of the price that a batch pays */
  readonly batchRate: number | null;
  readonly stacks: boolean;
  readonly flex: TierRates | null;
  readonly priority: TierRates | null;
  readonly context: number;
  readonly maxOutput: number;
  readonly cacheMinTokens: number | null;
  readonly routable: boolean;
}

const columns = 14;
const millionth = 1_000n;

const ratesOf = (text: string): TierRates | null => {
  if (text === '-') return null;
  const [input = '', cacheRead = '', output = ''] = text.split('/');
  return { input: parseUsd(input), cacheRead: parseUsd(cacheRead), output: parseUsd(output) };
};

const batchOf = (text: string): Pick<ShippedModel, 'batchRate' | 'stacks'> =>
  text === '-'
    ? { batchRate: null, stacks: false }
    : { batchRate: Number(parseUsd(text.replace('+', '')) / millionth), stacks: text.endsWith('+') };

const modelOf = (cells: readonly string[]): ShippedModel => {
  if (cells.length !== columns)
    throw new Error(`a line of the catalogue has ${cells.length} cells: ${cells.join(' ')}`);
  const [provider, model, from, input, read, write, output, batch, flex, priority, context, most, prefix, on] =
    cells as string[] & { length: typeof columns };
  const ofInput = parseUsd(input ?? '');
  const orInput = (cell = '-'): Nano => (cell === '-' ? ofInput : parseUsd(cell));
  return {
    provider: provider as ProviderName,
    model: model ?? '',
    from: from ?? '',
    input: ofInput,
    cacheRead: orInput(read),
    cacheWrite: orInput(write),
    output: parseUsd(output ?? ''),
    ...batchOf(batch ?? '-'),
    flex: ratesOf(flex ?? '-'),
    priority: ratesOf(priority ?? '-'),
    context: Number(context),
    maxOutput: Number(most),
    cacheMinTokens: prefix === '-' ? null : Number(prefix),
    routable: on === 'on',
  };
};

/** The catalogue is a table that a person can hold beside a price page. Its first line names the columns. */
export const readTable = (table: string): ShippedModel[] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => modelOf(line.trim().split(/\s+/)));
