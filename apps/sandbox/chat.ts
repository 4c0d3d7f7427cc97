import { lastUserText } from './answers/item';
import * as errors from './api-error';
import type { ChatRequest } from './chat-request';
import { type Completion, complete } from './completion';
import { badBody, completionFrames } from './completion-body';
import { type Exchange, hang, hasLeft, reset, sendBody, sendError, sendFrames } from './exchange';
import { type Fault, readFaultHeader } from './faults';
import type { Invoice } from './invoice';
import type { Outcome } from './invoice-line';
import { drawLatencyMs, wait } from './latency';
import { costNano, findModel, type Model, type Provider, type Tokens } from './prices';
import type { Cached } from './prompt-cache';
import { readBody } from './read-body';
import type { State } from './state';

export interface ChatPorts {
  readonly invoice: Invoice;
  readonly state: State;
}

interface Call {
  readonly request: ChatRequest;
  readonly model: Model;
  readonly fault: Fault | undefined;
}

const NOTHING: Tokens = { input: 0, cached: 0, output: 0 };

/** One chat completion from its first byte to its last: read, hold, delay, bill, then answer or fail as told. */
export async function serveChat(exchange: Exchange, provider: Provider, ports: ChatPorts): Promise<void> {
  const read = await readCall(exchange, provider, ports.state);
  if (read === 'left') {
    exchange.record.outcome = 'left';
    return;
  }
  if ('error' in read) return refuse(exchange, ports, read.error, read.model);
  const { model, fault } = read;
  exchange.record.model = model.snapshot;
  exchange.record.fault = fault?.kind ?? null;
  await ports.state.gate.opened;
  const { latency, seed } = ports.state.knobs;
  await wait(drawLatencyMs(latency, seed, ports.state.nextCall()));
  const refusal = refusalOf(fault);
  if (refusal) return refuse(exchange, ports, refusal, model.snapshot, fault);
  await deliver(exchange, ports, read);
}

function authError(key: string | undefined): errors.ApiError | undefined {
  if (key === undefined) return errors.noKey;
  return key === 'invalid' ? errors.badKey : undefined;
}

async function readCall(
  exchange: Exchange,
  provider: Provider,
  state: State,
): Promise<Call | 'left' | { error: errors.ApiError; model?: string }> {
  const body = await readBody(exchange.req);
  if ('failed' in body) {
    if (body.failed === 'left') return 'left';
    return { error: errors.invalidRequest('The request body is larger than 16 MB.', null, 413) };
  }
  const unauthorised = authError(exchange.dialect.keyOf(exchange.req.headers));
  if (unauthorised) return { error: unauthorised };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.text);
  } catch {
    return { error: errors.invalidRequest('We could not parse the JSON body of your request.') };
  }
  const read = exchange.dialect.read(parsed);
  if ('error' in read) return read;
  const request = read.value;
  const model = findModel(provider, request.model);
  if (!model) return { error: errors.unknownModel(request.model), model: request.model.slice(0, 100) };
  const modelNames = [model.name, request.model, model.snapshot];
  const header = exchange.req.headers['x-sandbox-fault'];
  if (typeof header === 'string') {
    const asked = readFaultHeader(header);
    if ('wrong' in asked) return { error: errors.invalidRequest(`x-sandbox-fault: ${asked.wrong}`, 'x-sandbox-fault') };
    return { request, model, fault: asked.fault };
  }
  const facts = { provider, modelNames, lastUserText: lastUserText(request.messages) };
  return { request, model, fault: state.drawFault(facts) };
}

function refusalOf(fault: Fault | undefined): errors.ApiError | undefined {
  switch (fault?.kind) {
    case '429':
      return errors.rateLimited;
    case '500':
      return errors.serverError;
    case '503':
      return errors.overloaded;
    case 'insufficient-quota':
      return errors.quotaSpent;
    case 'content-filter':
      return fault.as === 'error' ? errors.filtered : undefined;
    default:
      return undefined;
  }
}

interface Entry {
  readonly model: string;
  readonly tokens: Tokens;
  readonly nano: bigint;
  readonly outcome: Outcome;
  readonly status: number;
}

async function bill(exchange: Exchange, { invoice }: ChatPorts, entry: Entry): Promise<void> {
  const { record, provider, clientRequestId, requestId } = exchange;
  record.outcome = entry.outcome;
  record.status = entry.status;
  await invoice.append({
    at: new Date().toISOString(),
    provider,
    model: entry.model,
    clientRequestId,
    requestId,
    serviceTier: 'default',
    tokens: entry.tokens,
    nano: String(entry.nano),
    outcome: entry.outcome,
    fault: record.fault,
    billed: entry.nano > 0n,
    status: entry.status,
  });
}

async function refuse(
  exchange: Exchange,
  ports: ChatPorts,
  error: errors.ApiError,
  model = 'none',
  fault?: Fault,
): Promise<void> {
  await bill(exchange, ports, { model, tokens: NOTHING, nano: 0n, outcome: 'refused', status: error.status });
  const isRetry = fault && fault.kind !== '500' && fault.kind !== 'content-filter';
  const retryAfter = fault?.retryAfter ?? (fault?.kind === '429' ? 1 : undefined);
  sendError(exchange, error, isRetry && retryAfter !== undefined ? { 'retry-after': String(retryAfter) } : {});
}

async function deliver(exchange: Exchange, ports: ChatPorts, { request, model, fault }: Call): Promise<void> {
  const { state } = ports;
  if (fault?.kind === 'reset') {
    const nothing = { tokens: NOTHING, nano: 0n, status: 0 };
    await bill(exchange, ports, { model: model.snapshot, outcome: 'reset', ...nothing });
    return reset(exchange);
  }
  const cacheOf = (input: number): Cached => {
    const { enabled, minTokens } = state.knobs.cache;
    if (!enabled || model.price.cached === undefined || input < minTokens) return { read: 0, written: 0 };
    const { cachePrefix, messages } = request;
    if (cachePrefix !== undefined) return state.promptCache.marked(model.snapshot, cachePrefix, minTokens);
    return { read: state.promptCache.cachedTokens(model.snapshot, messages, minTokens), written: 0 };
  };
  const made = complete({ request, model, knobs: state.knobs, fault, cacheOf });
  exchange.record.task = made.task;
  exchange.record.wrong = made.wrong;
  const isHung = fault?.kind === 'hang';
  const isFree = isHung && !state.knobs.hangBilled;
  await bill(exchange, ports, {
    model: model.snapshot,
    tokens: made.billed,
    nano: isFree ? 0n : costNano(model.price, made.billed),
    outcome: outcomeOf(exchange, fault),
    status: isHung ? 0 : 200,
  });
  if (isHung) return hang(exchange, fault.forMs);
  await send(exchange, state, request, model, made, fault);
}

function outcomeOf(exchange: Exchange, fault: Fault | undefined): Outcome {
  if (fault?.kind === 'hang') return 'hung';
  if (hasLeft(exchange)) return 'left';
  return fault?.kind === 'cut' ? 'cut' : 'answered';
}

async function send(
  exchange: Exchange,
  state: State,
  request: ChatRequest,
  model: Model,
  made: Completion,
  fault: Fault | undefined,
): Promise<void> {
  if (hasLeft(exchange)) return;
  const id = `chatcmpl-${exchange.requestId.slice(4)}`;
  const envelope = { id, createdSeconds: Math.floor(exchange.startedMs / 1_000), model: model.snapshot };
  const isHtml = fault?.kind === 'bad-body' && fault.as !== 'json';
  if (request.stream && !isHtml) {
    const frames = completionFrames(envelope, made, request.includeUsage);
    return sendFrames(exchange, frames, state.knobs.latency.tokenMs, fault);
  }
  const body = exchange.dialect.body(envelope, made, request);
  if (fault?.kind !== 'bad-body') return sendBody(exchange, 'application/json', body, fault);
  const bad = badBody(isHtml ? 'html' : 'json', body);
  return sendBody(exchange, bad.type, bad.body);
}
