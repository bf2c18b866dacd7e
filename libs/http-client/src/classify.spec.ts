import { failureOf, reasonOfStatus } from './classify.js';

describe('reasonOfStatus', () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [301, 'rejected'],
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'missing'],
    [408, 'unavailable'],
    [410, 'missing'],
    [422, 'rejected'],
    [423, 'unavailable'],
    [425, 'unavailable'],
    [477, 'unavailable'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [529, 'unavailable'],
  ])('reads %i as %s', (status, reason) => {
    expect(reasonOfStatus(status)).toBe(reason);
  });
});

describe('failureOf', () => {
  const response = (status: number) => ({ status, headers: {}, body: {} });

  it('takes the reason of the status where the provider has only a code to add', () => {
    expect(failureOf(response(403), () => ({ code: 'no_scope' }))).toEqual({ reason: 'forbidden', code: 'no_scope' });
  });

  it('prefers the reason of the provider, also in a 200', () => {
    expect(failureOf(response(403), () => ({ reason: 'missing' }))).toEqual({ reason: 'missing' });
    expect(failureOf(response(200), () => ({ reason: 'missing' }))).toEqual({ reason: 'missing' });
  });

  it('reads a success as none, whatever code the provider has', () => {
    expect(failureOf(response(200), () => ({ code: 'ok' }))).toBeUndefined();
  });
});
