import type { ReceiptAttempt, ReceiptBody, ReceiptLine, SavingsLine } from '@winnow/contracts';
import { savingsLines } from '@winnow/contracts';
import { encodeId, printUsd, type Nano } from '@winnow/kernel';
import { accountSavings, type Account, type AnswerBill, type Paid } from './policies/account-savings';
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
  purpose: attempt.purpose,
  score: attempt.score,
  signs: attempt.signs,
});

type Against = NonNullable<ReceiptBody['baselines']>['tenant'];

/** The attempt whose bill stands for the answer: the one that the verdict names, or the last that was settled with one. */
const answeredBy = ({ verdict, attempts }: ReceiptParts): AttemptRecord | undefined =>
  verdict.state === 'succeeded' || (verdict.state === 'failed' && verdict.answer !== undefined)
    ? attempts.findLast(
        ({ id, outcome, purpose }) =>
          (verdict.answer === undefined || id === verdict.answer) && outcome === 'ok' && purpose === 'answer',
      )
    : undefined;

const billOf = (attempt: AttemptRecord | undefined): AnswerBill | null =>
  attempt === undefined || attempt.tokens === null
    ? null
    : { tokens: attempt.tokens, price: attempt.price, billed: attempt.actual ?? 0n };

export const bookedOf = (attempts: readonly AttemptRecord[]): Nano =>
  attempts.reduce((sum, { actual }) => sum + (actual ?? 0n), 0n);

const printed = (savings: Account['savings']): ReceiptBody['savings'] =>
  Object.fromEntries(savingsLines.map((line) => [line, printUsd(savings[line])])) as Record<SavingsLine, string>;

const againstOf = (price: PriceRule, answer: AnswerBill | null, paid: Paid): Against => {
  const { baseline, saved } = accountSavings(answer, price, paid);
  return { model: price.model, cost: printUsd(baseline), saved: printUsd(saved) };
};

export const composeReceipt = (parts: ReceiptParts): ReceiptBody => {
  const { verdict, floor, attempts } = parts;
  const answered = answeredBy(parts);
  const answer = billOf(answered);
  const paid = { actual: bookedOf(attempts), audited: bookedOf(attempts.filter(({ purpose }) => purpose === 'audit')) };
  const account = accountSavings(answer, parts.baseline, paid);
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
      tenant: againstOf(parts.baseline, answer, paid),
      task: parts.primary && againstOf(parts.primary, answer, paid),
    },
    actual: printUsd(account.actual),
    saved: printUsd(account.saved),
    savings: printed(account.savings),
    lines: [...parts.lines],
    attempts: attempts.map(presentAttempt),
    answer: answered?.n ?? null,
    samples: [...(verdict.samples ?? [])],
    quality: {
      score,
      floor,
      met: score === null ? null : score >= floor,
      calibrated: verdict.calibrated ?? false,
      checks: [...(verdict.checks ?? [])],
    },
  };
};
