import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  BreakerState,
  Entering,
  GateEntered,
  GateMove,
  GatePolicy,
  Leaving,
  Left,
  PauseWhy,
} from '@winnow/kernel';
import type { Redis } from 'ioredis';

const script = (name: string): string =>
  ['gate', name].map((part) => readFileSync(join(__dirname, `${part}.lua`), 'utf8')).join('\n');

type Reply = (string | number)[];

declare module 'ioredis' {
  interface Redis {
    enterGate(...args: (string | number)[]): Promise<Reply>;
    leaveGate(...args: (string | number)[]): Promise<Reply>;
    retimeGate(...args: (string | number)[]): Promise<number>;
  }
}

export const gateChannel = (prefix: string): string => `${prefix}:br`;

/** The keys of one target share a hash tag, so that one script may touch all of them wherever they lie. */
export const gateKeys = (prefix: string, target: string): [string, string, string] => [
  `${prefix}:br:{${target}}`,
  `${prefix}:rl:{${target}}`,
  `${prefix}:cc:{${target}}`,
];

const movedOf = (moved: unknown): GateMove['state'] | null => (moved === '' ? null : (moved as BreakerState));

const enteredOf = ([kind, wait, epoch, now, why]: Reply): GateEntered => {
  if (kind === 'go' || kind === 'probe') return { kind, epoch: Number(epoch), nowUs: Number(now) };
  const waitUs = Number(wait);
  return kind === 'paused'
    ? { kind, waitUs, why: why as PauseWhy }
    : { kind: kind as 'open' | 'slow' | 'busy', waitUs };
};

/** The scripts of the gate. `nowUs` is for tests; without it Redis' own time counts, which all processes agree on. */
export const loadGate = (redis: Redis, prefix: string) => {
  redis.defineCommand('enterGate', { numberOfKeys: 3, lua: script('enter') });
  redis.defineCommand('leaveGate', { numberOfKeys: 3, lua: script('leave') });
  redis.defineCommand('retimeGate', { numberOfKeys: 3, lua: script('retime') });
  const common = (target: string, policy: GatePolicy, nowUs: number | undefined): (string | number)[] => [
    ...gateKeys(prefix, target),
    nowUs ?? '',
    gateChannel(prefix),
    target,
    policy.fails,
    policy.openUs,
    policy.oks,
    policy.leaseUs,
    policy.requests?.intervalUs ?? '',
    policy.requests?.burst ?? '',
    policy.tokens?.intervalUs ?? '',
    policy.tokens?.burst ?? '',
    policy.concurrent ?? '',
  ];
  const leave = async (
    target: string,
    policy: GatePolicy,
    leaving: Omit<Leaving, 'outcome'> & { readonly outcome: string },
    nowUs?: number,
  ): Promise<Left> => {
    const { attempt, outcome, epoch, enteredUs, tokens, used, pauseUs, why } = leaving;
    const asked = [attempt, outcome, epoch, enteredUs, tokens, used, pauseUs, why];
    const [state, moved] = await redis.leaveGate(...common(target, policy, nowUs), ...asked);
    return { state: state as BreakerState, moved: movedOf(moved) };
  };
  return {
    enter: async (target: string, policy: GatePolicy, { attempt, tokens }: Entering, nowUs?: number) => {
      const reply = await redis.enterGate(...common(target, policy, nowUs), attempt, tokens);
      return { says: enteredOf(reply), moved: movedOf(reply[5]) };
    },
    leave,
    retime: (target: string, policy: GatePolicy, nowUs?: number): Promise<number> =>
      redis.retimeGate(...common(target, policy, nowUs)),
    force: (target: string, policy: GatePolicy, to: 'open' | 'closed' | null, nowUs?: number): Promise<Left> =>
      leave(
        target,
        policy,
        {
          attempt: '',
          outcome: `force-${to ?? 'none'}`,
          epoch: 0,
          enteredUs: 0,
          tokens: 0,
          used: 0,
          pauseUs: 0,
          why: '',
        },
        nowUs,
      ),
  };
};
