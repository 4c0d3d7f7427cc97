import { median, print, readOptions, round, spread, tell } from './lib/report';
import { replayStream, stream, weakPrice } from './lib/router-controller';
import { readPrompts } from './lib/router-data';
import { folds } from './lib/router-folds';
import { checksApgr, measureCascade, questionApgr } from './lib/router-gsm8k';
import { lengthApgr, measureDecisions, measureMmlu, rulesApgr } from './lib/router-mmlu';

const leastSeeds = 5;

/** Whether learned routing sends the right jobs up, on real outcomes of a weak and a strong model. No model is called and nothing is stored. */
const run = (): void => {
  const options = readOptions();
  const mmlu = readPrompts(options.data, 'mmlu-routellm');
  const gsm8k = readPrompts(options.data, 'gsm8k-routellm');
  const seeds = Array.from({ length: Math.max(leastSeeds, options.runs) }, (_, i) => options.seed + i);
  const runMmlu = measureMmlu(mmlu);
  const runCascade = measureCascade(gsm8k);
  const runs = seeds.map((seed) => {
    const choice = runMmlu(seed);
    const cascade = runCascade(seed);
    const controller = replayStream(gsm8k, cascade.scores, seed);
    tell(
      `seed ${seed}: multiple choice ${choice.apgr.toFixed(3)}, cascade ${cascade.apgr.toFixed(3)}, ` +
        `stream ${controller.quality.toFixed(3)}, after the drop ${controller.afterDrop.toFixed(3)}`,
    );
    return { choice, cascade, controller, question: questionApgr(gsm8k, seed) };
  });
  const decisions = measureDecisions(mmlu, options.seed);
  const of = (pick: (one: (typeof runs)[number]) => number): number[] => runs.map(pick);
  const mid = (pick: (one: (typeof runs)[number]) => number): number => round(median(of(pick)));
  print(
    {
      name: 'router',
      figures: {
        ...spread(
          'mmluApgr',
          of(({ choice }) => choice.apgr),
        ),
        mmluCpt50: mid(({ choice }) => choice.cpt50 * 100),
        mmluCpt80: mid(({ choice }) => choice.cpt80 * 100),
        mmluGainOverLengthLow: mid(({ choice }) => choice.overLengthLow),
        ...spread(
          'gsm8kCascadeApgr',
          of(({ cascade }) => cascade.apgr),
        ),
        gsm8kCascadeCpt80: mid(({ cascade }) => cascade.cpt80 * 100),
        gsm8kAuc: mid(({ cascade }) => cascade.auc),
        gsm8kEce: mid(({ cascade }) => cascade.ece),
        gsm8kCaughtAt35: mid(({ cascade }) => cascade.caughtAt35),
        ...spread(
          'controllerQuality',
          of(({ controller }) => controller.quality),
        ),
        controllerCostShare: mid(({ controller }) => controller.costShare),
        controllerWhileSettling: mid(({ controller }) => controller.whileSettling),
        ...spread(
          'controllerAfterDrop',
          of(({ controller }) => controller.afterDrop),
        ),
        controllerCostShareAfterDrop: mid(({ controller }) => controller.costShareAfter),
        decisionP99Ms: round(decisions.p99Ms),
        trainSeconds: round(decisions.trainSeconds),
        promoted: decisions.promoted ? 1 : 0,
      },
      floor: {
        mmluLengthApgr: round(lengthApgr(mmlu)),
        mmluRulesApgr: round(rulesApgr(mmlu)),
        gsm8kLengthApgr: round(lengthApgr(gsm8k)),
        gsm8kRulesApgr: round(rulesApgr(gsm8k)),
        gsm8kQuestionApgr: mid(({ question }) => question),
        gsm8kChecksApgr: round(checksApgr(gsm8k)),
      },
      ratio: {},
      notes: [
        `${mmlu.length} multiple-choice prompts, ${gsm8k.length} of arithmetic; ${folds} folds, seeds ${seeds.join(', ')}`,
        'Apgr: .5 is chance; Cpt: % of strong calls for that share of the gap; Low: lower end of the paired 95 % interval',
        'decisionP99Ms: of the quietest of 20 passes of 500 decisions, from text to rung',
        `stream: ${stream.steady} jobs after ${stream.warmUp}, promised ${stream.promised}, ${stream.shadow * 100} % shadow labels, weak call at ${weakPrice} of a strong one;` +
          ` cost is against all-strong, shadow included; then the weak model falls by 10 points, measured from ${stream.settling} jobs on over ${stream.after}`,
      ],
    },
    { ...options, runs: seeds.length },
  );
};

run();
