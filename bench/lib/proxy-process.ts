import { createServer, request, Agent } from 'node:http';

// The least that can stand between a client and a provider: bytes in, bytes out, over connections that are kept. A process of its own, as
// the api is. Told its upstream, it answers its parent with its own address.
const upstream = new URL(process.argv[2] ?? 'http://127.0.0.1:1');
const { hostname, port } = upstream;
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

const server = createServer((from, to) => {
  const onward = request({ agent, hostname, port, path: from.url, method: from.method, headers: from.headers });
  onward.on('response', (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(to);
  });
  onward.on('error', () => to.destroy());
  from.pipe(onward);
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
});
process.once('disconnect', () => process.exit(0));
