// The image has no curl. Asks the process beside it whether it is alive: `node deploy/health.mjs [port]`.
const port = process.argv[2] ?? (process.env.METRICS_PORT || 9464);
const limitMs = 4_000;

try {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(limitMs) });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
} catch (error) {
  // `docker inspect` keeps what is said here.
  process.stderr.write(`${error.cause?.code ?? error.message}\n`);
  process.exitCode = 1;
}
