import { hash } from 'node:crypto';

/** A strong tag of what is sent. */
export const etagOf = (body: unknown): string => `"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 22)}"`;

/** Whether `If-None-Match` names the tag: it is a list, and its comparison is the weak one. */
export const matchesEtag = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(',').some((item) => {
    const tag = item.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
