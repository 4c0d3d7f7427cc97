declare const brand: unique symbol;

/** Every storage function that reads a tenant's rows takes one first: only authentication makes it. */
export type TenantId = string & { readonly [brand]: 'tenant' };

export const asTenantId = (uuid: string): TenantId => uuid as TenantId;
