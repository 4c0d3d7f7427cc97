import type { RunningApp } from './apps';

/** The sum of a metric's series whose labels contain all of these, over the processes, as they tell it themselves. */
export const sumMetric = async (
  apps: readonly RunningApp[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const texts = await Promise.all(apps.map(async ({ opsUrl }) => (await fetch(`${opsUrl}/metrics`)).text()));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((part) => line.includes(part)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
};
