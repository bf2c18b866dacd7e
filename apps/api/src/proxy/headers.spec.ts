import { responseHeaders } from './response-headers.js';
import { requestHeaders } from './request-headers.js';

describe('requestHeaders', () => {
  it('forwards headers for the provider', () => {
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      'content-type': 'multipart/form-data; boundary=x',
      'if-none-match': '"a"',
      'idempotency-key': 'k',
      'notion-version': '2022-06-28',
      'user-agent': 'an-sdk/1.0',
      range: 'bytes=0-9',
    };
    expect(requestHeaders(headers)).toEqual(headers);
  });

  it.each([
    ['authorization', 'Bearer cwk_1'],
    ['cookie', 'a=b'],
    ['host', 'localhost'],
    ['content-length', '3'],
    ['connection', 'keep-alive'],
    ['keep-alive', 'timeout=5'],
    ['proxy-authorization', 'Basic x'],
    ['proxy-connection', 'keep-alive'],
    ['te', 'trailers'],
    ['trailer', 'x'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'h2c'],
    ['expect', '100-continue'],
    ['origin', 'https://app.example.com'],
    ['referer', 'https://app.example.com/a'],
    ['forwarded', 'for=1.2.3.4'],
    ['via', '1.1 x'],
    ['x-forwarded-for', '1.2.3.4'],
    ['x-forwarded-host', 'evil.example'],
    ['x-real-ip', '1.2.3.4'],
    ['x-original-url', '/admin'],
    ['x-rewrite-url', '/admin'],
    ['x-host', 'evil.example'],
    ['x-envoy-original-path', '/admin'],
    ['x-http-method-override', 'DELETE'],
    ['sec-fetch-mode', 'cors'],
    ['sec-websocket-key', 'x'],
    ['access-control-request-method', 'GET'],
  ])('keeps %s back', (name, value) => {
    expect(requestHeaders({ [name]: value, accept: '*/*' })).toEqual({ accept: '*/*' });
  });

  it('removes the headers that Connection names', () => {
    const headers = { connection: 'close, X-Mine , accept', 'x-mine': '1', accept: '*/*', 'x-yours': '2' };
    expect(requestHeaders(headers)).toEqual({ 'x-yours': '2' });
  });
});

describe('responseHeaders', () => {
  const nowhere = () => null;

  it('forwards headers for the caller', () => {
    const headers = {
      'content-type': 'application/json',
      'content-length': '12',
      'content-encoding': 'gzip',
      'content-disposition': 'attachment',
      etag: '"a"',
      'retry-after': '30',
      'x-request-id': '1',
      'x-ratelimit-remaining': '3',
      'ratelimit-policy': '"a";q=1',
      'x-acme-trace': '7',
    };
    expect(responseHeaders(headers, ['x-acme-'], nowhere)).toEqual(headers);
  });

  it.each([
    'set-cookie',
    'strict-transport-security',
    'content-security-policy',
    'content-security-policy-report-only',
    'access-control-allow-origin',
    'access-control-allow-credentials',
    'cross-origin-opener-policy',
    'clear-site-data',
    'alt-svc',
    'refresh',
    'referrer-policy',
    'x-content-type-options',
    'x-frame-options',
    'cache-control',
    'expires',
    'service-worker-allowed',
    'report-to',
    'reporting-endpoints',
    'nel',
    'connection',
    'keep-alive',
    'transfer-encoding',
    'proxy-authenticate',
    'upgrade',
    'server',
    'x-powered-by',
    'x-accel-redirect',
    'x-sendfile',
    'x-lighttpd-send-file',
    'www-authenticate',
    'link',
    'x-other-trace',
    'a-header-of-next-year',
  ])('keeps %s back', (name) => {
    expect(responseHeaders({ [name]: 'x', etag: '"a"' }, ['x-acme-'], nowhere)).toEqual({ etag: '"a"' });
  });

  it('removes the headers that Connection names', () => {
    expect(responseHeaders({ connection: 'keep-alive, ETag', etag: '1', date: '2' }, [], nowhere)).toEqual({
      date: '2',
    });
  });

  it('rewrites locations, and removes those outside of the API', () => {
    const here = (address: string) => (address === '/in' ? '/here/in' : null);
    expect(responseHeaders({ location: '/in', 'content-location': '/out' }, [], here)).toEqual({
      location: '/here/in',
    });
    expect(responseHeaders({ location: ['/in', '/out'] }, [], here)).toEqual({});
  });
});
