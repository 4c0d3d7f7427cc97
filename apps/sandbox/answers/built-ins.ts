import { contentBranding } from './content-branding';
import { contentCosting } from './content-costing';
import { contentFormulation } from './content-formulation';
import { contentMarketResearch } from './content-market-research';
import { contentScientific } from './content-scientific';
import type { Item } from './item';
import { listingOptimise } from './listing-optimise';
import { marketResearch } from './market-research';
import { pricingSuggest } from './pricing-suggest';
import { productAnalyse } from './product-analyse';
import { REVIEW_DETAIL, reviewSentiment } from './review-sentiment';

export interface BuiltIn {
  /** The right answer, or one with a mistake that a weak model makes; always the same for the same item. */
  readonly answer: (item: Item, isWrong: boolean) => Record<string, unknown>;
  /** Left out unless the input asks for detail or the schema demands them. */
  readonly optional: readonly string[];
  /** The short form of a pack's answer, one line an item. */
  readonly line: readonly string[];
}

const whole = (answer: BuiltIn['answer'], ...line: string[]): BuiltIn => ({ answer, optional: [], line });

/** The tasks that are answered by more than their schema. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map([
  ['review.sentiment', { answer: reviewSentiment, optional: REVIEW_DETAIL, line: ['sentiment', 'score'] }],
  ['product.analyse', whole(productAnalyse, 'category', 'priceBand', 'completeness')],
  ['listing.optimise', whole(listingOptimise, 'title')],
  ['market.research', whole(marketResearch, 'summary')],
  ['pricing.suggest', whole(pricingSuggest, 'price', 'low', 'high', 'margin')],
  ['content.formulation', whole(contentFormulation)],
  ['content.market-research', whole(contentMarketResearch)],
  ['content.branding', whole(contentBranding, 'tagline')],
  ['content.costing', whole(contentCosting, 'total')],
  ['content.scientific', whole(contentScientific, 'explanation')],
]);
