import { ConcurrencyLimit } from './concurrency-limit.js';

const newLimit = () =>
  new ConcurrencyLimit('loads', [
    { name: 'this user', limit: 2 },
    { name: 'this organization', limit: 3 },
  ] as const);

const REFUSED = expect.objectContaining({ slug: 'too-many-requests', details: { retryAfter: 5 } });

describe('ConcurrencyLimit', () => {
  it('refuses one more than the limit, to that member only', () => {
    const limit = newLimit();
    limit.acquire(['ann', 'acme']);
    limit.acquire(['ann', 'acme']);
    expect(() => limit.acquire(['ann', 'acme'])).toThrow(REFUSED);
    expect(() => limit.acquire(['ann', 'acme'])).toThrow('2 loads of this user');
    limit.acquire(['ben', 'acme']);
    expect(() => limit.acquire(['cid', 'acme'])).toThrow('3 loads of this organization');
    limit.acquire(['cid', 'other']);
  });

  it('counts a refused one for no group', () => {
    const limit = newLimit();
    limit.acquire(['ann', 'acme']);
    limit.acquire(['ann', 'acme']);
    for (let i = 0; i < 5; i += 1) expect(() => limit.acquire(['ann', 'acme'])).toThrow(REFUSED);
    limit.acquire(['ben', 'acme']);
  });

  it('has room again once for each that is given back', () => {
    const limit = newLimit();
    const release = limit.acquire(['ann', 'acme']);
    limit.acquire(['ann', 'acme']);
    release();
    release();
    limit.acquire(['ann', 'acme']);
    expect(() => limit.acquire(['ann', 'acme'])).toThrow(REFUSED);
  });

  it('keeps names of different groups apart, and counts nothing where there is no member', () => {
    const limit = newLimit();
    for (let i = 0; i < 3; i += 1) limit.acquire([null, 'ann']);
    limit.acquire(['ann', null]);
    expect(() => limit.acquire([null, 'ann'])).toThrow(REFUSED);
    for (let i = 0; i < 5; i += 1) limit.acquire([null, null]);
  });

  it('counts for each member of a group, and for none of them if one has no room', () => {
    const limit = newLimit();
    for (let i = 0; i < 2; i += 1) limit.acquire([null, ['acme', 'other', 'acme']]);
    const release = limit.acquire([null, 'other']);
    expect(() => limit.acquire([null, ['acme', 'other']])).toThrow('3 loads of this organization');
    limit.acquire([null, 'acme']);
    expect(() => limit.acquire([null, 'acme'])).toThrow(REFUSED);
    release();
    limit.acquire([null, ['other', 'another']]);
  });
});
