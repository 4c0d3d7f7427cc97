import { isPrivateAddress } from './is-private-address';

describe('private addresses', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '::ffff:10.0.0.1',
    'fd00::1',
    'fe80::1',
  ])('%s is one', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each([undefined, '8.8.8.8', '172.32.0.1', '::ffff:8.8.8.8', '2001:db8::1', 'localhost', ''])(
    '%s is none',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );
});
