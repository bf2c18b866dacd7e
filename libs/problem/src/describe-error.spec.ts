import { describeError, describeErrorBriefly } from './describe-error.js';
import { Problem } from './problem.js';

const SECRET = 'ntn_4f8a1c0d9b7e6a5f4e3d2c1b0a9f8e7d';

const caught = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

test('describes the error with its stack', () => {
  const text = describeError(caught(() => (undefined as unknown as { name: string }).name));
  expect(text).toContain("TypeError: Cannot read properties of undefined (reading 'name')");
  expect(text).toContain('describe-error.spec');
});

test('describes error and cause in one line', () => {
  const cause = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  const problem = new Problem('store-unavailable', 'The store does not answer.', {}, { cause });
  expect(describeErrorBriefly(problem)).toBe(
    'store-unavailable: The store does not answer., caused by Error: EACCES: permission denied',
  );
});

test('omits a value that was thrown without an error', () => {
  const made = Object.assign(new Error('rejected with the reason "hunter2".'), { code: 'ERR_UNHANDLED_REJECTION' });
  expect(describeError(made)).not.toContain('hunter2');
});

test.each([
  ['a message that holds it', new Error(`the provider said {"access_token":"${SECRET}"}`)],
  ['JSON that is broken', caught(() => JSON.parse(`${SECRET.slice(0, 12)}`))],
  ['JSON that is broken somewhere', caught(() => JSON.parse(`{"a":"${SECRET}",,}`))],
  ['a header that cannot be sent', caught(() => new Headers({ authorization: `Bearer ${SECRET}\n\u0000` }))],
  ['an address', caught(() => new URL(`//:${SECRET}@/`))],
  ['a member', Object.assign(new Error('failed'), { headers: { authorization: SECRET } })],
  ['a cause', new Error('failed', { cause: new Error(SECRET) })],
  ['no error', SECRET],
])('keeps a secret in %s', (_, error) => {
  for (const text of [describeError(error), describeErrorBriefly(error)])
    expect(text).not.toContain(SECRET.slice(0, 12));
});
