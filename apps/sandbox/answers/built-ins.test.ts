import { builtInTasks, renderPrompt } from '@winnow/analysis';
import type { AnyTask, CheckResult } from '@winnow/contracts';
import { defaultKnobs } from '../knobs';
import { countText } from '../tokens';
import { answer } from './answer';
import { builtIns } from './built-ins';

const german = 'Die Flasche ist leicht und hält das Wasser kalt. Der Deckel ist dicht, aber nicht für heiße Getränke.';
const sources = [
  {
    title: 'Bottles 2024',
    url: 'https://example.org/bottles',
    text: 'Demand grew by 8 % in 2024. Buyers ask for Fjord and for Alpina, which sell at 24.90 EUR.',
  },
  { text: 'Lids that leak are the main complaint, as Smith et al. (2019) show. doi 10.1000/xyz123' },
];
/** Inputs beside the example that a task has to be answered for: bare ones, long ones, other languages and scripts. */
const inputs: Readonly<Record<string, readonly object[]>> = {
  'listing.optimise': [
    { title: 'Bottle' },
    { title: 'WH-900 Kopfhörer', description: german },
    { title: '水筒', description: '軽くて丈夫です。漏れません。保冷は二十四時間です。' },
    {
      title: 'Steel bottle by Fjord, 750 ml, $19.99',
      description: 'It keeps the water cold for 24 hours and fits the bag that you have. '.repeat(20),
      limits: { title: 20, bullets: 2, bullet: 20, description: 50, keywords: 1 },
    },
  ],
  'market.research': [
    { subject: 'What is the market for steel bottles that keep the water cold?', region: 'Germany', sources },
    { subject: 'Steel bottles', region: 'France' },
    { subject: german, region: 'Deutschland', sources: [{ text: 'Die Nachfrage wuchs um 8 % im Jahr 2024.' }] },
  ],
  'pricing.suggest': [
    { product: 'The bottle that is for you and that keeps the water cold', cost: '9.5' },
    { product: 'Steel bottle', cost: '0' },
    { product: german, cost: '8.40', competitorPrices: ['1.00', '2.00'] },
    { product: 'Lid', cost: '0.01', competitorPrices: [] },
    { product: 'Bottle', cost: '999999999.9999', competitorPrices: ['5'] },
  ],
  'content.formulation': [
    {
      query: 'How do I make the soap that is gentle to the skin and good for you?',
      requirements: 'without glycerin, no water',
    },
    { query: 'A ginger drink', region: 'United States' },
    { query: german },
    { query: 'Glue' },
  ],
  'content.market-research': [
    { query: 'Who buys the bottles that we make and what is it that they miss?', sources },
    { query: 'Steel bottles' },
    { query: german, segment: 'Pendler' },
  ],
  'content.branding': [
    { query: 'A brand for the bottles that you keep and that you want to be seen with' },
    { query: german, avoid: ['Flasche'] },
    { query: 'Bottles', avoid: ['made', 'less', 'day', 'simply', 'it', 'we', 'is', '!'] },
  ],
  'content.costing': [
    { items: [{ name: 'The lid that is for the bottle and what is in it', qty: 2, unitCost: '3' }] },
    { items: [{ qty: 0.333, unitCost: '0.1' }] },
    { items: Array.from({ length: 200 }, (_, n) => ({ name: `Part ${n}`, qty: n + 0.5, unitCost: '1.0049' })) },
    {
      items: [{ name: german.slice(0, 110), qty: 3, unitCost: '2.5' }],
      overheads: [{ name: 'Fracht', amount: '0.01' }],
    },
    { items: [{ name: 'Big', qty: 1e9, unitCost: '999999999' }] },
  ],
  'content.scientific': [
    { question: 'Why is it that the bottle with a vacuum keeps the water cold for you?', sources },
    { question: 'Why do lids leak?' },
    { question: german, sources: [{ text: german }] },
  ],
};

const modelled = builtInTasks.filter(({ name }) => Object.hasOwn(inputs, name));
const cases = modelled.flatMap((task) =>
  [task.example as object, ...(inputs[task.name] ?? [])].map((given): [string, number, AnyTask, unknown] => {
    const parsed = task.input.safeParse(given);
    if (!parsed.success) throw new Error(`${task.name}: ${parsed.error.message}`);
    return [task.name, JSON.stringify(given).length, task, parsed.data];
  }),
);

const ask = (task: AnyTask, input: unknown, errorRate: number) => {
  const { messages, schema, maxTokens } = renderPrompt(task, input);
  const said = answer({
    request: {
      model: 'm',
      stream: false,
      includeUsage: false,
      includeCost: false,
      format: 'json',
      schema: schema.body,
      messages: [...messages],
    },
    modelNames: ['m'],
    knobs: { ...defaultKnobs, quality: { errorRate: { m: errorRate } } },
  });
  const parsed = task.output.safeParse(JSON.parse(said.text));
  const run = task.checks as (input: unknown, output: unknown) => readonly CheckResult[];
  if (!parsed.success) throw new Error(`${task.name}: ${parsed.error.message}`);
  const objections = run(input, parsed.data).filter(({ value }) => value < 1);
  return { said, objections, names: run(input, parsed.data).map(({ name }) => name), maxTokens };
};

test('every shipped task has an answer of its own here', () =>
  expect([...builtIns.keys()].sort()).toEqual([...new Set(builtInTasks.map(({ name }) => name))].sort()));

test.each(cases)(
  '%s, %d characters of input: right, nothing objects, and it fits its bound',
  (_name, _length, task, input) => {
    const { said, objections, names, maxTokens } = ask(task, input, 0);
    expect(objections).toEqual([]);
    expect(said.wrong).toBe(0);
    expect(countText(said.text)).toBeLessThanOrEqual(maxTokens);
    expect(task.checkNames).toEqual(expect.arrayContaining(names));
  },
);

test.each(cases)(
  '%s, %d characters of input: wrong, a check objects, and the schema does not',
  (_name, _length, task, input) => {
    const { said, objections } = ask(task, input, 1);
    expect(said.wrong).toBe(1);
    expect(objections).not.toEqual([]);
    for (const { why } of objections) expect(why).toBeTruthy();
  },
);

test('mistakes are of several kinds: over many inputs every check of the eight tasks objects at least once', () => {
  const seen = new Map(modelled.map(({ name }) => [name, new Set<string>()]));
  for (const task of modelled) {
    for (let n = 0; n < 120; n += 1) {
      const [, , , given] = cases.filter(([name]) => name === task.name)[n % 2 === 0 ? 0 : 1] as (typeof cases)[number];
      const [first = '', value] = Object.entries(given as object)[0] ?? [];
      const input =
        typeof value === 'string'
          ? { ...(given as object), [first]: `${value} No ${n}` }
          : { ...(given as object), overheads: [{ name: 'Freight', amount: String(n) }] };
      for (const { name } of ask(task, input, 1).objections) seen.get(task.name)?.add(name);
    }
  }
  const silent = modelled.flatMap(({ name, checkNames }) =>
    checkNames.filter((check) => seen.get(name)?.has(check) !== true).map((check) => `${name} ${check}`),
  );
  expect(silent).toEqual([]);
});
