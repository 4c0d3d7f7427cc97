import type { AnyTask } from '@winnow/contracts';
import { hashJson } from '@winnow/kernel';
import { z } from 'zod';
import { contentBranding } from './content-branding/content-branding';
import { contentCosting } from './content-costing/content-costing';
import { contentFormulation } from './content-formulation/content-formulation';
import { contentMarketResearch } from './content-market-research/content-market-research';
import { contentScientific } from './content-scientific/content-scientific';
import { listingOptimise } from './listing-optimise/listing-optimise';
import { marketResearch } from './market-research/market-research';
import { pricingSuggest } from './pricing-suggest/pricing-suggest';
import { productAnalyse } from './product-analyse/product-analyse';
import { reviewSentiment, reviewSentimentBefore } from './review-sentiment/review-sentiment';

/** The shipped tasks. A new one is a folder beside these and a line here. */
export const builtInTasks: readonly AnyTask[] = [
  reviewSentiment,
  reviewSentimentBefore,
  productAnalyse,
  listingOptimise,
  marketResearch,
  pricingSuggest,
  contentFormulation,
  contentMarketResearch,
  contentBranding,
  contentCosting,
  contentScientific,
];

export interface TaskRegistry {
  readonly all: () => readonly AnyTask[];
  /** the version asked for, or the newest */
  readonly find: (name: string, version?: number | null) => AnyTask | undefined;
}

export const createTaskRegistry = (tasks: readonly AnyTask[] = builtInTasks): TaskRegistry => {
  const newestFirst = [...tasks].sort((a, b) => b.version - a.version);
  return {
    all: () => tasks,
    find: (asked, version) => {
      // `content.market_research` is how some callers spell it; no task has an underscore in its name
      const name = asked.replaceAll('_', '-');
      return newestFirst.find(
        (task) => task.name === name && (version === undefined || version === null || task.version === version),
      );
    },
  };
};

/** A version's print: it changes with anything that could change an answer, which a version that has served never may. */
export const printTask = (task: AnyTask): string => {
  const example = task.example as never;
  return hashJson({
    input: z.toJSONSchema(task.input, { io: 'input' }),
    output: z.toJSONSchema(task.output),
    outputFor: z.toJSONSchema(task.outputFor?.(example) ?? task.output),
    instructions: task.instructions(example),
    content: task.content,
    start: { tier: task.start.tier, maxTokens: task.start.maxTokens(example), temperature: task.start.temperature },
  });
};
