import { connect, createServer } from 'node:net';
import { readJson, writeJson } from './hash.mjs';
import { inData } from './paths.mjs';
import { Fault } from './say.mjs';

const canListen = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

// Both addresses: a listener on 127.0.0.1 alone does not always stop one on all addresses, and then answers for it.
export const isFree = async (port) => (await canListen(port, undefined)) && (await canListen(port, '127.0.0.1'));

const anyPort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const SEARCHED = 50;

const firstFree = async (preferred, taken) => {
  for (let port = preferred; port < preferred + SEARCHED; port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  return anyPort();
};

/** Hands out free ports, each once; with a file it gives a name the port that it had the last time. */
export const createPorts = (file) => {
  const remembered = file ? readJson(file, {}) : {};
  const taken = new Set();
  const choose = async (name, preferred) => {
    const before = remembered[name];
    const free = before && !taken.has(before) && (await isFree(before));
    const port = free ? before : preferred ? await firstFree(preferred, taken) : await anyPort();
    taken.add(port);
    if (file && before !== port) writeJson(file, Object.assign(remembered, { [name]: port }));
    return port;
  };
  // One after the other: two that look at the same moment would both find the same port free.
  let last = Promise.resolve();
  return (name, preferred) => (last = last.then(() => choose(name, preferred)));
};
export const rememberedPorts = () => createPorts(inData('ports.json'));

export const parsePort = (name, value, otherwise) => {
  const port = value ? Number(value) : otherwise;
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Fault(`${name}=${value} is not a port: use a number from 1 to 65535.`);
};

/** Null when something answers there, else why not. */
export const whyUnreachable = (host, port, timeoutMs = 3_000) =>
  new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: timeoutMs });
    const end = (why) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`no answer within ${timeoutMs / 1000} s`));
    socket.once('error', (error) => end(error.code ?? error.message));
  });
