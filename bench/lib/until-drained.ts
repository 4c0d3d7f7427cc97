import type { TestApps } from '@winnow/testing';

const pollMs = 25;

/** Stops at the first open row, so that looking costs next to nothing while there is one. */
const isOpen = async (apps: TestApps): Promise<boolean> => {
  const rows = await apps.db.query<{ open: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM job WHERE state IN ('queued', 'running', 'parked', 'canceling')) AS open`,
  );
  return rows[0]?.open === true;
};

export const untilDrained = async (apps: TestApps, withinMs: number): Promise<void> => {
  for (const until = Date.now() + withinMs; await isOpen(apps);) {
    if (Date.now() > until) throw new Error(`jobs are still open after ${withinMs} ms`);
    await new Promise((next) => setTimeout(next, pollMs));
  }
};
