export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export const sayJson = (value: unknown): void =>
  say(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner), 2));
