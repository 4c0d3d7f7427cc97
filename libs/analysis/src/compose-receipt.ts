import type { ReceiptAttempt, ReceiptBody, ReceiptLine, SavingsLine } from '@winnow/contracts';
import { savingsLines } from '@winnow/contracts';
import { encodeId, printUsd, type Nano } from '@winnow/kernel';
import { accountSavings, type Account, type AnswerBill } from './policies/account-savings';
import type { AttemptRecord, PriceRule, Verdict } from './ports';

export interface ReceiptParts {
  readonly verdict: Verdict;
  readonly floor: number;
  readonly lane: ReceiptBody['lane'];
  readonly lines: readonly ReceiptLine[];
  readonly attempts: readonly AttemptRecord[];
  readonly baseline: PriceRule;
  /** the model that the task is sent to by default; null: nothing was planned */
  readonly primary: PriceRule | null;
}

/** An attempt as receipts and the API show it. */
export const presentAttempt = (attempt: AttemptRecord): ReceiptAttempt => ({
  id: encodeId('att', attempt.id),
  n: attempt.n,
  provider: attempt.provider,
  model: attempt.modelResolved ?? attempt.model,
  lane: attempt.lane,
  state: attempt.state,
  outcome: attempt.outcome,
  held: printUsd(attempt.held),
  cost: printUsd(attempt.actual ?? 0n),
  price: attempt.priceId,
  tokens: attempt.tokens,
  estimated: attempt.estimated,
  sentAt: attempt.sentAt?.toISOString() ?? null,
  ms: attempt.ms,
});

type Against = NonNullable<ReceiptBody['baselines']>['tenant'];

/** The attempt whose answer was served: the last that was settled with one. */
const answerOf = ({ verdict, attempts }: ReceiptParts): AnswerBill | null => {
  if (verdict.state !== 'succeeded') return null;
  const served = attempts.findLast(({ outcome, tokens }) => outcome === 'ok' && tokens !== null);
  if (served?.tokens === null || served === undefined) return null;
  return { tokens: served.tokens, price: served.price, billed: served.actual ?? 0n };
};

export const bookedOf = (attempts: readonly AttemptRecord[]): Nano =>
  attempts.reduce((sum, { actual }) => sum + (actual ?? 0n), 0n);

const printed = (savings: Account['savings']): ReceiptBody['savings'] =>
  Object.fromEntries(savingsLines.map((line) => [line, printUsd(savings[line])])) as Record<SavingsLine, string>;

const againstOf = (price: PriceRule, answer: AnswerBill | null, actual: Nano): Against => {
  const { baseline, saved } = accountSavings(answer, price, actual);
  return { model: price.model, cost: printUsd(baseline), saved: printUsd(saved) };
};

export const composeReceipt = (parts: ReceiptParts): ReceiptBody => {
  const answer = answerOf(parts);
  const account = accountSavings(answer, parts.baseline, bookedOf(parts.attempts));
  const { verdict, floor } = parts;
  const score = verdict.score ?? null;
  const tokens = answer?.tokens;
  return {
    lane: parts.lane,
    baseline: {
      model: parts.baseline.model,
      input: tokens === undefined ? 0 : tokens.input + tokens.cacheRead + tokens.cacheWrite,
      output: tokens?.output ?? 0,
      cost: printUsd(account.baseline),
      estimated: true,
    },
    baselines: {
      tenant: againstOf(parts.baseline, answer, account.actual),
      task: parts.primary && againstOf(parts.primary, answer, account.actual),
    },
    actual: printUsd(account.actual),
    saved: printUsd(account.saved),
    savings: printed(account.savings),
    lines: [...parts.lines],
    attempts: parts.attempts.map(presentAttempt),
    quality: { score, floor, met: score === null ? null : score >= floor, checks: [...(verdict.checks ?? [])] },
  };
};
