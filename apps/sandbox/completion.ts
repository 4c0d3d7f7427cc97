import { answer } from './answers/answer';
import type { ChatRequest } from './chat-request';
import type { Fault } from './faults';
import type { Knobs } from './knobs';
import { costNano, type Model, type Tokens } from './prices';
import type { Cached } from './prompt-cache';
import { countChat, produce, tokenPieces } from './tokens';

export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/** One answer, ready to be billed and sent. */
export interface Completion {
  readonly task: string | null;
  /** items answered wrong on purpose */
  readonly wrong: number;
  readonly text: string;
  readonly finishReason: 'stop' | 'length' | 'content_filter';
  /** What goes on the invoice. */
  readonly billed: Tokens;
  /** What the client is told; undefined when it is told nothing. */
  readonly usage: Record<string, unknown> | undefined;
  /** Dollars that the client is told it is charged, where it asks. */
  readonly cost: number | string;
  /** The text as it streams, up to where a fault cuts it. */
  readonly pieces: readonly Piece[];
  readonly isCutShort: boolean;
}

export interface CompletionAsked {
  readonly request: ChatRequest;
  readonly model: Model;
  readonly knobs: Knobs;
  readonly fault: Fault | undefined;
  readonly cacheOf: (input: number) => Cached;
}

const DEFAULT_BIG_BYTES = 5 * 1_024 * 1_024;
const NOISE = 'lorem ipsum dolor sit amet ';

export function complete({ request, model, knobs, fault, cacheOf }: CompletionAsked): Completion {
  const said = answer({ request, modelNames: [model.name, request.model, model.snapshot], knobs });
  const made = produce(spoil(said.text, fault), request.maxTokens);
  const isFiltered = fault?.kind === 'content-filter';
  const text = isFiltered ? '' : fault?.kind === 'big' ? noise(fault.bytes ?? DEFAULT_BIG_BYTES) : made.text;
  // The 5 MB of noise count as the answer they stand for: a provider cannot bill past max_tokens.
  const output = isFiltered ? 0 : made.tokens;
  const whole = fault?.kind === 'big' ? [{ text, tokens: output }] : request.stream ? tokenPieces(text) : [];
  const isCutShort = fault?.kind === 'cut' && request.stream;
  const pieces = isCutShort ? firstTokens(whole, fault.after ?? Math.floor(output / 2)) : whole;
  const input = countChat(request.messages);
  const { read, written } = cacheOf(input);
  const real: Tokens = {
    input,
    cached: read,
    ...(written > 0 && { written }),
    // The rest of a cut stream was never generated.
    output: isCutShort ? pieces.reduce((sum, piece) => sum + piece.tokens, 0) : output,
  };
  const billed = fault?.kind === 'usage-x3' ? times(real, 3) : real;
  return {
    task: said.task,
    wrong: said.wrong,
    text,
    finishReason: isFiltered ? 'content_filter' : made.truncated ? 'length' : 'stop',
    billed,
    usage: usageFor(real, fault),
    cost: costFor(costNano(model.price, billed), fault),
    pieces,
    isCutShort,
  };
}

function spoil(text: string, fault: Fault | undefined): string {
  if (fault?.kind === 'bad-json') return `${text.slice(0, Math.ceil(text.length * 0.6))} ]]}{ `;
  if (fault?.kind === 'wrong-schema') return '{"unexpected":true,"items":[1,2,3]}';
  return text;
}

const noise = (bytes: number): string => NOISE.repeat(Math.ceil(bytes / NOISE.length)).slice(0, bytes);

function firstTokens(pieces: readonly Piece[], tokens: number): Piece[] {
  const kept: Piece[] = [];
  let sum = 0;
  for (const piece of pieces) {
    sum += piece.tokens;
    if (sum > tokens) break;
    kept.push(piece);
  }
  return kept;
}

const times = ({ input, cached, written, output }: Tokens, by: number): Tokens => ({
  input: input * by,
  cached: cached * by,
  ...(written !== undefined && { written: written * by }),
  output: output * by,
});

/** The usage a client reads: the truth unless a fault says otherwise. */
function usageFor(real: Tokens, fault: Fault | undefined): Record<string, unknown> | undefined {
  switch (fault?.kind) {
    case 'no-usage':
      return undefined;
    case 'usage-negative':
      return usageOf(times(real, -1));
    case 'usage-nan':
      // JSON has no NaN; what reaches clients in the wild is the string.
      return { prompt_tokens: 'NaN', completion_tokens: 'NaN', total_tokens: 'NaN' };
    case 'usage-x3':
      return usageOf(times(real, 3));
    default:
      return usageOf(real);
  }
}

function costFor(nano: bigint, fault: Fault | undefined): number | string {
  if (fault?.kind === 'usage-nan') return 'NaN';
  const dollars = Number(nano) / 1e9;
  return fault?.kind === 'usage-negative' ? -dollars : dollars;
}

const usageOf = ({ input, cached, written, output }: Tokens): Record<string, unknown> => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: {
    cached_tokens: cached,
    ...(written !== undefined && { cache_write_tokens: written }),
    audio_tokens: 0,
  },
  completion_tokens_details: { reasoning_tokens: 0 },
});
