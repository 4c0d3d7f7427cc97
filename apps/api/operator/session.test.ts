import { noSessionCookie, readSessionCookie, sessionCookie } from './cookie';
import { createSessions } from './session';

const clock = { ms: 1_000_000_000_000 };
const sessions = createSessions('a secret of some length', 'open sesame', () => clock.ms);

describe('the session of an operator', () => {
  it('is good for twelve hours', () => {
    const value = sessions.make();
    expect(sessions.isGood(value)).toBe(true);
    clock.ms += 12 * 3_600_000 - 1;
    expect(sessions.isGood(value)).toBe(true);
    clock.ms += 1;
    expect(sessions.isGood(value)).toBe(false);
  });

  it('cannot be made or stretched by others', () => {
    const value = sessions.make();
    const [until = '', signature = ''] = value.split('.');
    for (const bad of [undefined, '', 'x', `${Number(until) + 1}.${signature}`, `${until}.${signature}x`, `${until}.`])
      expect(sessions.isGood(bad)).toBe(false);
    expect(createSessions('another secret', 'open sesame', () => clock.ms).isGood(value)).toBe(false);
  });

  it('ends when the password changes', () => {
    expect(createSessions('a secret of some length', 'new', () => clock.ms).isGood(sessions.make())).toBe(false);
  });

  it.each<[string, string, boolean]>([
    ['operator', 'open sesame', true],
    ['operator', 'open', false],
    ['root', 'open sesame', false],
    ['', '', false],
  ])('%j with %j: %p', (user, password, expected) => {
    expect(sessions.matches(user, password)).toBe(expected);
  });
});

describe('its cookie', () => {
  it('comes back from among others', () => {
    expect(readSessionCookie(`a=1; ${sessionCookie('v', true).split(';')[0]}; b=2`)).toBe('v');
    expect(readSessionCookie('a=1')).toBeUndefined();
    expect(readSessionCookie(undefined)).toBeUndefined();
  });

  it('is for the board alone, and for no script', () => {
    expect(sessionCookie('v', true)).toBe(
      'winnow_operator=v; Path=/queues; HttpOnly; SameSite=Strict; Max-Age=43200; Secure',
    );
    expect(noSessionCookie(false)).toBe('winnow_operator=; Path=/queues; HttpOnly; SameSite=Strict; Max-Age=0');
  });
});
