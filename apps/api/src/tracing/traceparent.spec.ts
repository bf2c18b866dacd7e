import { readTraceparent } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each([
  ['sampled', `00-${TRACE}-${SPAN}-01`, true],
  ['not sampled', `00-${TRACE}-${SPAN}-00`, false],
  ['with other flags', `00-${TRACE}-${SPAN}-03`, true],
  ['of a later version', `cc-${TRACE}-${SPAN}-01`, true],
  ['of a later version, with more fields', `cc-${TRACE}-${SPAN}-01-what-the-future-is`, true],
])('takes a traceparent that is %s', (_, traceparent, isSampled) => {
  const expected = { traceId: TRACE, spanId: SPAN, isSampled, traceState: 'vendor=1' };
  expect(readTraceparent({ traceparent, tracestate: 'vendor=1' })).toEqual(expected);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['version ff', `ff-${TRACE}-${SPAN}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['more fields in version 00', `00-${TRACE}-${SPAN}-01-more`],
  ['an end without a dash', `cc-${TRACE}-${SPAN}-01more`],
  ['a short one', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ['a line feed at the end', `00-${TRACE}-${SPAN}-01\n`],
])('ignores %s', (_, traceparent) => {
  expect(readTraceparent({ ...(traceparent !== undefined && { traceparent }), tracestate: 'vendor=1' })).toBeNull();
});
