import { z } from 'zod';

/** An amount of money as callers write it: a decimal string, so that no cent is lost on the way. */
export const decimal = z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, 'a decimal number such as "19.99"');
