/**
 * A place where a test lets the process die: `WINNOW_FAILPOINTS=relay=3` kills it at the third pass of the point named relay. Only with
 * NODE_ENV=test; anywhere else a point does nothing.
 */
export const createFailpoint = (env: Readonly<Record<string, string | undefined>>) => {
  const armed = new Map(
    env.NODE_ENV === 'test'
      ? (env.WINNOW_FAILPOINTS ?? '').split(',').flatMap((rule): [string, number][] => {
          const [name = '', passes = ''] = rule.split('=');
          return name === '' ? [] : [[name, Number(passes)]];
        })
      : [],
  );
  return (name: string): void => {
    const left = armed.get(name);
    if (left === undefined) return;
    armed.set(name, left - 1);
    if (left <= 1) process.kill(process.pid, 'SIGKILL');
  };
};

export const failpoint = createFailpoint(process.env);
