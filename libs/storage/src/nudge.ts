import type { RedisConnections } from './redis';

export interface Nudges {
  /** tells the relay that rows wait in the outbox; best effort, since it looks by itself every 100 ms */
  readonly send: () => void;
  readonly listen: (listener: () => void) => Promise<void>;
}

const pauseMs = 5;

export const createNudges = (redis: RedisConnections, prefix: string): Nudges => {
  const channel = `${prefix}:nudge`;
  let waiting = false;
  return {
    send: () => {
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        redis.commands.publish(channel, '1').catch(() => undefined);
      }, pauseMs).unref();
    },
    listen: async (listener) => {
      redis.subscriber.on('message', (told: string) => {
        if (told === channel) listener();
      });
      await redis.subscriber.subscribe(channel);
    },
  };
};
