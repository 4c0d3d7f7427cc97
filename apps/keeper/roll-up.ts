import { trackForecast } from '@winnow/analysis';
import type { DueForecast, Quotes, RollUp } from '@winnow/storage';

interface RollUpPorts {
  readonly rollUp: RollUp;
  readonly quotes: Pick<Quotes, 'due' | 'score'>;
  readonly onScored: (forecast: DueForecast, inside: boolean) => void;
}

/** Adds what has ended to the sums, then scores the forecasts whose jobs are all done. */
export const createRollUpWork = (at: RollUpPorts) => async (): Promise<void> => {
  await at.rollUp.run();
  // Each interval is judged with the kappa that the one before it left behind.
  const kappas = new Map<string, number>();
  for (const forecast of await at.quotes.due()) {
    const key = `${forecast.tenant_id} ${forecast.task}`;
    const cost = { cost: forecast.actual, jobs: forecast.done };
    const { inside, kappa } = trackForecast(forecast, cost, kappas.get(key) ?? forecast.kappa);
    await at.quotes.score(forecast, inside, kappa);
    kappas.set(key, kappa);
    at.onScored(forecast, inside);
  }
};
