import { printUsd, uuidv7 } from '@winnow/kernel';
import { countChanges, diffPrices, isWritten, printChanges, readPriceFile, type PriceChange } from '@winnow/providers';
import { importPrices, newestPrices } from '@winnow/storage';
import { priceIdOf } from '@winnow/analysis';
import { say, sayJson } from './say';
import { withDatabase } from './with-database';

export interface Refresh {
  readonly url: string;
  readonly file: string;
  readonly apply: boolean;
  readonly json: boolean;
}

const asJson = ({ what, price, before }: PriceChange) => ({
  what,
  version: priceIdOf(price),
  input: printUsd(price.input),
  cacheRead: printUsd(price.cacheRead),
  cacheWrite: printUsd(price.cacheWrite),
  output: printUsd(price.output),
  before: before === null ? null : priceIdOf(before),
  quarantine: price.quarantine,
});

/** Shows what a file of prices would change, and writes it down where that is asked for. */
export const refreshModels = ({ url, file, apply, json }: Refresh): Promise<void> =>
  withDatabase(url, async (db) => {
    const read = await readPriceFile(file, new Date());
    const changes = diffPrices(await newestPrices(db.rest), read.prices);
    const counts = { ...countChanges(changes), free: read.free.length, skipped: read.skipped };
    const prices = changes.filter(isWritten).map(({ price }) => price);
    const { file: name, print, holdsFrom: from } = read;
    const written =
      apply && prices.length > 0
        ? await importPrices(db, { id: uuidv7(), file: name, print, from, counts, prices })
        : [];
    if (json)
      return sayJson({
        file: name,
        from,
        counts,
        written: written.length,
        changes: changes.filter(isWritten).map(asJson),
      });
    say(printChanges(changes));
    say(
      `\n${name}, prices from ${from}: ${counts.new} new, ${counts.changed} changed, ${counts.quarantined} of them quarantined; ` +
        `${counts.same} the same, ${counts.older} older than what is known, ${counts.free} models free, ${counts.skipped} entries not ours.`,
    );
    say(apply ? `${written.length} prices written.` : 'Nothing written: --apply does.');
  });
