import type { Item } from './item';
import { issuesOf, judge, mistake, summaryOf, topicsOf, weighClauses } from './sentiment';

const textOf = ({ input, raw }: Item): string => (typeof input?.['text'] === 'string' ? input['text'] : raw);

export function reviewSentiment(item: Item, isWrong: boolean): Record<string, unknown> {
  const text = textOf(item);
  const clauses = weighClauses(text);
  const verdict = judge(clauses);
  return {
    ...(isWrong ? mistake(verdict) : verdict),
    topics: topicsOf(text),
    issues: issuesOf(clauses),
    summary: summaryOf(text, clauses),
  };
}

/** Left out of the answer unless the input asks for detail or the schema demands them. */
export const REVIEW_DETAIL = ['topics', 'issues', 'summary'];
