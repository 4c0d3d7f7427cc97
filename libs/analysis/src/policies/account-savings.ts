import { savingsLines, type SavingsLine, type Tokens } from '@winnow/contracts';
import { type Nano, printUsd } from '@winnow/kernel';
import type { PriceRule } from '../ports';
import { pricePlain } from './price-usage';

export interface Account {
  readonly baseline: Nano;
  readonly actual: Nano;
  readonly saved: Nano;
  readonly savings: Readonly<Record<SavingsLine, Nano>>;
}

export interface AnswerBill {
  readonly tokens: Tokens;
  readonly price: PriceRule;
  readonly billed: Nano;
}

/** What was paid for a job, and how much of it only to check its answer. */
export interface Paid {
  readonly actual: Nano;
  readonly audited: Nano;
}

const nothing = (): Record<SavingsLine, Nano> =>
  Object.fromEntries(savingsLines.map((line) => [line, 0n])) as Record<SavingsLine, Nano>;

/**
 * Telescoping differences on the same tokens: baseline model → chosen rung (routed) → as billed (provider-cache) → what checked the answer
 * (audit, below zero) → everything else that was paid on the way (escalation, below zero). So the lines sum to baseline − actual by construction; that they do is asserted all the same,
 * before the receipt is written. Without an answer there is nothing that a baseline call would have bought: the baseline is zero.
 */
export const accountSavings = (
  answer: AnswerBill | null,
  baselinePrice: PriceRule,
  { actual, audited }: Paid,
): Account => {
  const savings = nothing();
  const baseline = answer === null ? 0n : pricePlain(baselinePrice, answer.tokens);
  if (answer !== null) {
    const plain = pricePlain(answer.price, answer.tokens);
    savings.routed = baseline - plain;
    savings['provider-cache'] = plain - answer.billed;
  }
  savings.audit = -audited;
  savings.escalation = (answer?.billed ?? 0n) + audited - actual;
  const account = { baseline, actual, saved: baseline - actual, savings };
  assertAdds(account);
  return account;
};

/** Used wherever a receipt is made, in the product and in its tests. */
export const assertAdds = (account: Account): void => {
  const sum = savingsLines.reduce((total, line) => total + account.savings[line], 0n);
  if (sum !== account.saved || account.saved !== account.baseline - account.actual)
    throw new Error(`the savings add up to ${printUsd(sum)}, not to ${printUsd(account.saved)}`);
};
