import { encodeId } from '@winnow/kernel';

/**
 * The name of a row's n-th hint in BullMQ. BullMQ ignores an id that it still knows in any state, silently, so a later hint of the same row
 * needs another name; and a repeated add of the same hint is harmless for the same reason.
 */
export const hintId = (job: string, n: number): string => `${encodeId('job', job)}${n > 1 ? `.${n}` : ''}`;
