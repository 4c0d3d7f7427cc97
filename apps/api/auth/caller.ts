import type { KeyRecord, TenantId } from '@winnow/storage';

/** Who asks: made by authentication and by nothing else. */
export interface Caller {
  readonly key: KeyRecord;
  readonly tenant: TenantId;
}
