import { sessionSeconds } from './session';

const name = 'winnow_operator';

export const readSessionCookie = (header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const attributes = (secure: boolean, seconds: number): string =>
  `Path=/queues; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;

export const sessionCookie = (value: string, secure: boolean): string =>
  `${name}=${value}; ${attributes(secure, sessionSeconds)}`;

export const noSessionCookie = (secure: boolean): string => `${name}=; ${attributes(secure, 0)}`;
