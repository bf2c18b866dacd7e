import { Problem } from '@causeway/problem';
import { completionOf, type StoredOutcome } from './completion.js';

const locationOf = (returnTo: string, outcome: StoredOutcome = { integration: 'some', connectionId: 'con_1' }) =>
  completionOf({ outcome, returnTo, popupReturnTo: null }, 'code').location;

describe('completionOf', () => {
  it.each([
    ['https://app.test/', 'https://app.test/?connectionId=con_1'],
    [
      'https://app.test/?a=b%20c&flag&d=~!*()&e=%E0%A4%A#x',
      'https://app.test/?a=b%20c&flag&d=~!*()&e=%E0%A4%A&connectionId=con_1#x',
    ],
    ['https://app.test/?problem=x&a=1&finish%43ode=y&connectionId=z', 'https://app.test/?a=1&connectionId=con_1'],
  ])('leaves the parameters of %s as they are written', (returnTo, location) => {
    expect(locationOf(returnTo)).toBe(location);
  });

  it('adds exactly one parameter', () => {
    const problem = new Problem('authorization-denied', 'Denied.');
    expect(locationOf('https://app.test/?a=1', { integration: 'some', problem })).toBe(
      'https://app.test/?a=1&problem=authorization-denied',
    );
    expect(locationOf('https://app.test/?a=1', { integration: 'some', isWaiting: true })).toBe(
      'https://app.test/?a=1&finishCode=code',
    );
  });
});
