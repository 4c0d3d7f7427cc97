import { once } from 'node:events';
import { Invoice } from './invoice';
import { logToStdout as log } from './log';
import { createSandbox } from './sandbox';
import { readSettings } from './settings';

const GRACE_MS = 5_000;

async function main(): Promise<void> {
  const { port, host, invoicePath, fsync } = readSettings(process.env);
  const { server, open, stop } = createSandbox(log);
  server.listen(port, host);
  await once(server, 'listening');
  // Only who holds the port may touch the invoice: opening it repairs its tail, which another may be writing.
  const invoice = await Invoice.open(invoicePath, fsync);
  open(invoice);
  const address = server.address();
  log('sandbox started', {
    port: typeof address === 'object' ? address?.port : port,
    host,
    invoice: invoicePath,
    invoiced: (await invoice.sum()).count,
    fsync,
  });
  let isStopping = false;
  const end = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    log('sandbox stopping', { signal });
    void stop(GRACE_MS).then(() => {
      log('sandbox stopped');
      // Calls that were broken off may still be waiting out a long delay.
      process.exit(0);
    });
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
}

main().catch((reason: unknown) => {
  log('sandbox could not start', { reason: String(reason) });
  process.exit(1);
});
