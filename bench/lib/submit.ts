import type { TestApps } from '@winnow/testing';
import { Pool } from 'undici';

/** Lifts the first key's rate: a bench is one caller that stands for many. */
export const liftRate = async (apps: TestApps): Promise<void> => {
  await apps.db.query('UPDATE api_key SET per_minute = 100000000');
  await apps.db.query('UPDATE tenant SET day_cap = 1000000000000000');
};

export interface Submitter {
  readonly submit: (n: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Posts distinct reviews over kept-alive connections; anything but a 202 ends the bench. */
export const createSubmitter = (apps: TestApps, connections: number, label: string): Submitter => {
  const pool = new Pool(apps.api.url, { connections, pipelining: 1 });
  const headers = { authorization: `Bearer ${apps.key}`, 'content-type': 'application/json' };
  return {
    submit: async (n) => {
      const body = JSON.stringify({
        task: 'review.sentiment',
        input: { text: `Review ${label}-${n}: the sound is great and clear, but the battery died after two weeks.` },
      });
      const response = await pool.request({ method: 'POST', path: '/api/v1/jobs', headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 202)
        throw new Error(`POST /jobs answered ${response.statusCode}: ${text.slice(0, 300)}`);
    },
    close: () => pool.close(),
  };
};
