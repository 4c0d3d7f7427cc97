import { providerNames, type ProviderName } from './provider-names';

type Ladder = readonly { readonly provider: ProviderName; readonly model: string }[];
export type Ladders = ReadonlyMap<string, Ladder>;
type Read = { readonly ladders: Ladders } | { readonly fault: string };

const mostRungs = 5;
const shape = 'TASK=provider/model>provider/model;… with * for all other tasks';

const isProvider = (name: string): name is ProviderName => (providerNames as readonly string[]).includes(name);

const readRung = (text: string): Ladder[number] | string => {
  const [, provider = '', model = ''] = /^([a-z]+)\/([\w.:@/-]{1,200})$/.exec(text) ?? [];
  if (!isProvider(provider))
    return `"${text.slice(0, 80)}" is no provider/model; providers are ${providerNames.join(', ')}`;
  return { provider, model };
};

/** `*=groq/llama-3.1-8b-instant>anthropic/claude-3-haiku>openai/gpt-4o-mini; review.sentiment=openai/gpt-4o-mini` */
export const readLadders = (text: string): Read => {
  const ladders = new Map<string, Ladder>();
  for (const part of text
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean)) {
    const [task = '', list, more] = part.split('=').map((one) => one.trim());
    if (!/^(\*|[a-z]+(\.[a-z-]+)+)$/.test(task) || list === undefined || more !== undefined) return { fault: shape };
    if (ladders.has(task)) return { fault: `${task} has two ladders` };
    const rungs = list.split('>').map((one) => readRung(one.trim()));
    const fault = rungs.find((rung) => typeof rung === 'string');
    if (fault !== undefined) return { fault };
    const ladder = rungs as Ladder;
    if (ladder.length > mostRungs) return { fault: `${task}: at most ${mostRungs} rungs` };
    if (new Set(ladder.map(({ provider, model }) => `${provider}/${model}`)).size < ladder.length)
      return { fault: `${task}: a rung stands there twice` };
    ladders.set(task, ladder);
  }
  return { ladders };
};
