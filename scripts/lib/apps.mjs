import { Fault } from './say.mjs';

/**
 * In the order of starting; stopping is the reverse: the door closes first and what the others lean on goes last.
 * `needs` are the apps that must be ready before (the keeper makes the first tenant), `readyOn` is the variable with
 * the port that answers /readyz.
 */
export const apps = [
  { name: 'sandbox', needs: [], readyOn: 'SANDBOX_PORT', scalable: false },
  { name: 'keeper', needs: [], readyOn: 'METRICS_PORT', scalable: true },
  { name: 'enricher', needs: ['keeper'], readyOn: 'METRICS_PORT', scalable: true },
  { name: 'executor', needs: ['keeper'], readyOn: 'METRICS_PORT', scalable: true },
  { name: 'collector', needs: ['keeper'], readyOn: 'METRICS_PORT', scalable: true },
  { name: 'api', needs: ['keeper'], readyOn: 'PORT', scalable: false },
];

const MOST = 50;

const parseOne = (part) => {
  const [name, count] = part.split('=');
  const app = apps.find((each) => each.name === name);
  const number = Number(count);
  if (!app) throw new Fault(`WINNOW_SCALE names "${name}": the apps are ${apps.map((each) => each.name).join(', ')}.`);
  if (!Number.isInteger(number) || number < 0 || number > MOST) {
    throw new Fault(`WINNOW_SCALE="${part}" is not NAME=COUNT with a count from 0 to ${MOST}.`);
  }
  if (!app.scalable && number > 1)
    throw new Fault(`WINNOW_SCALE="${part}": ${name} has one port, so at most one runs.`);
  return [name, number];
};

/** `executor=2,collector=2` → every instance to start, as { app, label }. */
export const planInstances = (scale = '') => {
  const counts = new Map(
    scale
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
      .map(parseOne),
  );
  return apps.flatMap((app) => {
    const count = counts.get(app.name) ?? 1;
    return Array.from({ length: count }, (_, index) => ({
      app,
      label: count > 1 ? `${app.name}-${index + 1}` : app.name,
    }));
  });
};
