export { shippedModels, type ShippedModel } from './catalogue/models';
export { shippedPrices } from './catalogue/shipped-prices';
export { createSandboxInvoice } from './sandbox-invoice';
export { createGuard, type Guard, type GuardPorts } from './guard/guard';
export { createProviders, type ConfiguredProviders } from './providers';
export { countChanges, diffPrices, isWritten, type DiffCounts, type PriceChange } from './prices/diff-prices';
export { alignTable, printChanges } from './prices/print-changes';
export { readPriceFile, type PriceFile } from './prices/read-price-file';
