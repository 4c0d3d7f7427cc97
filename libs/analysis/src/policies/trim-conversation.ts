/** One turn of a conversation, as far as trimming it goes. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly tokens: number;
  /** stays whatever is cut */
  readonly pinned?: boolean;
  /** calls that an assistant's turn makes, and the call that a tool's turn answers: they stay or go together */
  readonly calls?: readonly string[];
  readonly answers?: string;
}

export interface Marks {
  /** a conversation over this many tokens is cut */
  readonly high: number;
  /** down to this many, in one cut */
  readonly low: number;
}

export const conversationMarks: Marks = { high: 6_000, low: 3_000 };

const stays = ({ role, pinned }: Turn): boolean => role === 'system' || pinned === true;

/** Turns that stay or go together: a call with its results, anything else by itself. */
const unitsOf = (turns: readonly Turn[]): number[][] => {
  const units: number[][] = [];
  const callers = new Map<string, number[]>();
  for (const [index, turn] of turns.entries()) {
    const caller = turn.answers === undefined ? undefined : callers.get(turn.answers);
    const unit = caller ?? [];
    if (caller === undefined) units.push(unit);
    unit.push(index);
    for (const call of turn.calls ?? []) callers.set(call, unit);
  }
  return units;
};

/**
 * Which turns are left of a conversation, oldest first. Over the high mark the oldest go in one cut down to the low one, so that between two
 * cuts each turn only adds to the one before it: a prefix that a provider keeps stays what it was. A window that slid with every turn would
 * begin anew each time. The system's turns, pinned ones and the last always stay, whatever that comes to. To be asked of what the last cut
 * left and what was said since; asked again of its own answer it changes nothing.
 */
export const trimConversation = (turns: readonly Turn[], { high, low }: Marks = conversationMarks): number[] => {
  const all = turns.map((_, index) => index);
  let left = turns.reduce((sum, { tokens }) => sum + tokens, 0);
  if (left <= high) return all;
  const gone = new Set<number>();
  for (const unit of unitsOf(turns)) {
    if (left <= low) break;
    if (unit.some((index) => index === turns.length - 1 || stays(turns[index] as Turn))) continue;
    for (const index of unit) {
      gone.add(index);
      left -= turns[index]?.tokens ?? 0;
    }
  }
  return all.filter((index) => !gone.has(index));
};

/**
 * What is left of a whole conversation, where nobody has kept what earlier cuts left: they are made again, turn by turn, and since a cut
 * depends on nothing but what came before it, they fall in the same places every time.
 */
export const replayTrims = (turns: readonly Turn[], marks: Marks = conversationMarks): number[] => {
  let kept: number[] = [];
  for (const index of turns.keys()) {
    const seen = [...kept, index];
    const left = trimConversation(
      seen.map((at) => turns[at] as Turn),
      marks,
    );
    kept = left.map((at) => seen[at] as number);
  }
  return kept;
};
