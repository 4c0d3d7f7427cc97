export { shippedModels, type ShippedModel } from './catalogue/models';
export { shippedPrices, type ShippedPrice } from './catalogue/shipped-prices';
export { createProviders, type ConfiguredProviders } from './providers';
