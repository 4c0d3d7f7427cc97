import type { Completion } from './completion';

export interface Envelope {
  readonly id: string;
  readonly createdSeconds: number;
  readonly model: string;
}

const SHARED = { system_fingerprint: 'fp_sandbox', service_tier: 'default' };

export function completionBody({ id, createdSeconds, model }: Envelope, made: Completion): string {
  return JSON.stringify({
    id,
    object: 'chat.completion',
    created: createdSeconds,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: made.text, refusal: null },
        logprobs: null,
        finish_reason: made.finishReason,
      },
    ],
    usage: made.usage,
    ...SHARED,
  });
}

/** The server-sent events of a streamed answer, one frame each; a cut one ends without finish, usage or `[DONE]`. */
export function completionFrames(envelope: Envelope, made: Completion, includeUsage: boolean): string[] {
  const usage = includeUsage ? { usage: null } : {};
  const frame = (choices: unknown[], rest: object = usage): string =>
    `data: ${JSON.stringify({
      id: envelope.id,
      object: 'chat.completion.chunk',
      created: envelope.createdSeconds,
      model: envelope.model,
      ...SHARED,
      choices,
      ...rest,
    })}\n\n`;
  const choice = (delta: object, finish_reason: string | null = null): unknown[] => [
    { index: 0, delta, logprobs: null, finish_reason },
  ];
  const frames = [frame(choice({ role: 'assistant', content: '', refusal: null }))];
  for (const piece of made.pieces) frames.push(frame(choice({ content: piece.text })));
  if (made.isCutShort) return frames;
  frames.push(frame(choice({}, made.finishReason)));
  if (includeUsage && made.usage !== undefined) frames.push(frame([], { usage: made.usage }));
  frames.push('data: [DONE]\n\n');
  return frames;
}

const PROXY_PAGE = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body>upstream</body></html>';

/** What comes through when something other than the provider answers, or half of it does. */
export const badBody = (as: 'html' | 'json', body: string): { type: string; body: string } =>
  as === 'html'
    ? { type: 'text/html; charset=utf-8', body: PROXY_PAGE }
    : { type: 'application/json', body: `${body.slice(0, Math.ceil(body.length * 0.7))}` };
