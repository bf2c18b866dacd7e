import { clientNetwork } from './client-network.js';

const FORMS: [name: string, forms: string[]][] = [
  [
    '203.0.113.7',
    [
      '203.0.113.7',
      '203.0.113.7:1024',
      '203.0.113.7:65535',
      '::ffff:203.0.113.7',
      '::FFFF:203.0.113.7',
      '::ffff:cb00:7107',
      '0:0:0:0:0:ffff:203.0.113.7',
      '[::ffff:203.0.113.7]:443',
    ],
  ],
  [
    '2001:db8:1:2::/64',
    [
      '2001:db8:1:2::1',
      '2001:0DB8:0001:0002:0000:0000:0000:0001',
      '2001:db8:1:2:aaaa:bbbb:cccc:dddd',
      '[2001:db8:1:2::1]',
      '[2001:db8:1:2::9]:50000',
      '2001:db8:1:2::1%eth0',
      '[2001:db8:1:2::1%25eth0]:443',
      '2001:db8:1:2::203.0.113.7',
    ],
  ],
  ['2001:db8:0:0::/64', ['2001:db8::1', '2001:db8:0:0:1::', '2001:db8:0:0:ffff::1']],
  ['64:ff9b:0:0::/64', ['64:ff9b::203.0.113.7']],
  ['0:0:0:0::/64', ['::', '::2', '::203.0.113.7']],
  ['unknown', ['', 'unknown', '_hidden', '203.0.113.999', '203.0.113.7:port', '[2001:db8::1', 'a b', '1.2.3.4.5:6']],
];

test.each(FORMS)('%s, however it is written', (name, forms) => {
  expect(forms.map((form) => [form, clientNetwork(form)])).toEqual(
    forms.map((form) => [form, { name, isLoopback: false }]),
  );
});

test.each(['127.0.0.1', '127.9.9.9:80', '::1', '[::1]:80', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
  '%s is of this machine',
  (address) => expect(clientNetwork(address).isLoopback).toBe(true),
);
