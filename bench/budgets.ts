import type { HoldRequest } from '@winnow/analysis';
import { createLedger } from '@winnow/storage';
import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { Redis } from 'ioredis';
import { closedLoop } from './lib/closed-loop';
import { checkThenAdd, lockThenAdd, luaThenAdd, openFloor } from './lib/budget-floors';
import { median, print, readOptions, round, spread, tell } from './lib/report';

const dayNanos = 2_000_000_000n;
const worstNanos = 50_000_000n;
const pooled = 8;
const callers = 50;
const tenants = 50;
const plenty = 1_000_000_000_000n;
const jobCap = 1_000_000_000n;

type Stock = StockedDatabase;

/** Running jobs of one tenant, each able to pay for many holds: what is measured is the budget, not the jobs. */
const requestsOf = async (stock: Stock, cap: bigint, jobs: number, nanos: bigint): Promise<(() => HoldRequest)[]> => {
  const tenant = await stock.addTenant({ dayCap: cap });
  const ids = await stock.addJobs(tenant, jobs, { state: 'running', path: 'fulfil', fence: 1, cap: jobCap });
  return ids.map((id) => () => aHoldRequest(tenant, id, nanos));
};

/** 500 at once of $0.05 each on $2.00: 40 fit, exactly. */
const measureWall = async (stock: Stock): Promise<{ overspent: bigint; granted: number }> => {
  const ledger = createLedger(stock.db.ledger);
  const requests = await requestsOf(stock, dayNanos, 500, worstNanos);
  const verdicts = await Promise.all(requests.map((make) => ledger.openHold(make())));
  const granted = verdicts.filter(({ kind }) => kind === 'granted').length;
  const booked = BigInt(granted) * worstNanos;
  return { overspent: booked > dayNanos ? booked - dayNanos : 0n, granted };
};

const measureRate = async (stock: Stock, count: number, groups: number): Promise<number> => {
  const ledger = createLedger(stock.db.ledger);
  const made = await Promise.all(
    Array.from({ length: groups }, () => requestsOf(stock, plenty, Math.ceil(200 / groups), 1_000n)),
  );
  // In turns over the tenants, as the relay gives them out.
  const requests = Array.from({ length: 200 }, (_, i) => made[i % groups]?.[Math.floor(i / groups)]).filter(
    (make) => make !== undefined,
  );
  const { seconds } = await closedLoop(callers, count, async (n) => {
    const make = requests[n % requests.length];
    const verdict = make && (await ledger.openHold(make()));
    if (verdict?.kind !== 'granted') throw new Error(`a hold was ${verdict?.kind}`);
  });
  return count / seconds;
};

const run = async (): Promise<void> => {
  const options = readOptions();
  const count = options.jobs ?? 5_000;
  const stock = await stockDatabase({ ledger: pooled, rest: pooled });
  const redis = new Redis(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379');
  try {
    await openFloor(stock.db.rest);
    const figures = { hot: [] as number[], spread: [] as number[], lock: [] as number[], lua: [] as number[] };
    let overspent = 0n;
    let naive = 0n;
    let used = 1;
    for (let n = -1; n < options.runs; n += 1) {
      const size = n < 0 ? 300 : count;
      const wall = await measureWall(stock);
      const naively = await checkThenAdd(stock.db.rest, dayNanos, worstNanos, 500);
      const hot = await measureRate(stock, size, 1);
      const wide = await measureRate(stock, size, tenants);
      const locked = await lockThenAdd(stock.db.transaction, stock.db.rest, callers, size);
      const inRedis = await luaThenAdd(redis, `floor:${uuidv7()}`, callers, size);
      if (n < 0) continue;
      overspent = wall.overspent > overspent ? wall.overspent : overspent;
      naive = naively > naive ? naively : naive;
      used = Math.min(used, (wall.granted * Number(worstNanos)) / Number(dayNanos));
      figures.hot.push(hot);
      figures.spread.push(wide);
      figures.lock.push(locked);
      figures.lua.push(inRedis);
      tell(`run ${n + 1}: ${wall.granted} of 500 granted, ${Math.round(hot)} holds/s hot, ${Math.round(wide)} spread`);
    }
    print(
      {
        name: 'budgets',
        figures: {
          overspentNano: Number(overspent),
          usedShare: round(used),
          ...spread('hotPerSecond', figures.hot),
          ...spread('spreadPerSecond', figures.spread),
        },
        floor: {
          naiveOverspentNano: Number(naive),
          forUpdatePerSecond: round(median(figures.lock)),
          luaPerSecond: round(median(figures.lua)),
        },
        ratio: { hotToForUpdate: round(median(figures.hot) / median(figures.lock)) },
        notes: [
          `${callers} callers, ${count} holds a run, one process, ${pooled} connections; spread: over ${tenants} tenants`,
          'a hold of ours also writes the attempt, the hold and a part for each scope, and checks fence and cap of the job',
          'naive and forUpdate only add to one row; lua adds to a key in Redis, with nothing that survives it',
        ],
      },
      options,
    );
  } finally {
    redis.disconnect();
    await stock.close();
  }
};

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
