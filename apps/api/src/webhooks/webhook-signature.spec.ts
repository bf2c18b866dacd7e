import { nextAttempt } from './delivery-schedule.js';
import { isPrivateHost } from './public-address.js';
import { newSecret, signedHeaders } from './webhook-signature.js';

// Published with the Standard Webhooks specification.
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  message: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', at: 1_614_265_330_000 },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

test('signs as the specification says, once for each secret', () => {
  const { secret, message, signature } = VECTOR;
  expect(signedHeaders([secret], message)).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  });
  const [first, second] = signedHeaders([newSecret(), secret], message)['webhook-signature']?.split(' ') ?? [];
  expect(first).not.toBe(signature);
  expect(second).toBe(signature);
});

test('waits as documented, with jitter, and ends after the last wait', () => {
  expect(nextAttempt(1, 1_000, 0)).toBe(6_000);
  expect(nextAttempt(1, 1_000, 1)).toBe(7_000);
  expect(nextAttempt(8, 0, 0)).toBe(48 * 3_600_000);
  expect(nextAttempt(9, 0, 0)).toBeNull();
});

test.each([
  '127.0.0.1',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '[::1]',
  '[::ffff:7f00:1]',
  '[fd00::1]',
  '[64:ff9b::7f00:1]',
])('%s is a private host', (host) => expect(isPrivateHost(host)).toBe(true));

test.each(['8.8.8.8', '[2606:4700::1111]', 'hooks.example.com'])('%s is none', (host) =>
  expect(isPrivateHost(host)).toBe(false),
);
