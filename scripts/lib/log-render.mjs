const LEVELS = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const COLOURS = { trace: '2', debug: '2', info: '32', warn: '33', error: '31', fatal: '31;1' };
const HIDDEN = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'app', 'v', 'err', 'stack']);
const LONGEST_VALUE = 300;

const clock = (time) => {
  const date = new Date(time ?? Date.now());
  return Number.isNaN(date.getTime()) ? '--:--:--' : date.toTimeString().slice(0, 8);
};

const show = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return typeof value === 'string' && /[\s"=]|^$/.test(short) ? JSON.stringify(short) : short;
};

const parse = (line) => {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

const stackOf = ({ err, stack }) => {
  const text = err?.stack ?? stack ?? err?.message;
  return typeof text === 'string' ? `\n${text.replace(/^/gm, '    ')}` : '';
};

/** One line of an app as a person reads it: `HH:MM:SS level msg key=value`; what is not JSON stays as it is. */
export const renderLine = (line, paint = (_code, text) => text) => {
  const entry = parse(line);
  if (!entry) return line;
  const level = LEVELS[entry.level] ?? String(entry.level ?? 'info');
  const pairs = Object.entries(entry)
    .filter(([name, value]) => !HIDDEN.has(name) && value !== undefined)
    .map(([name, value]) => paint('2', `${name}=${show(value)}`));
  const words = [
    paint('2', clock(entry.time)),
    paint(COLOURS[level] ?? '0', level.padEnd(5)),
    entry.msg ?? '',
    ...pairs,
  ];
  return words.filter((word) => word !== '').join(' ') + paint('2', stackOf(entry));
};

const PREFIX_COLOURS = ['36', '35', '34', '33', '32', '96', '95', '94'];

export const createPrefixes = (names, paint) => {
  const width = Math.max(...names.map((name) => name.length));
  const colourOf = new Map(names.map((name, index) => [name, PREFIX_COLOURS[index % PREFIX_COLOURS.length]]));
  return (name) => paint(colourOf.get(name) ?? '0', `${name.padEnd(width)} |`);
};

/** Cuts a stream of chunks into lines. */
export const onLines = (stream, handle) => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.trim() !== '') handle(line);
  });
  stream.on('end', () => rest && handle(rest));
};
