import { placeHere } from './place-here.js';

const API = 'https://api.example.com/gateway';
const SENT = `${API}/v1/items/1?a=b`;

it.each([
  ['https://api.example.com/gateway/v1/x?y=z', '/connections/con_1/proxy/v1/x?y=z'],
  ['/gateway/v1/x', '/connections/con_1/proxy/v1/x'],
  ['2', '/connections/con_1/proxy/v1/items/2'],
  ['?page=2', '/connections/con_1/proxy/v1/items/1?page=2'],
  ['https://user:password@api.example.com/gateway/v1#part', '/connections/con_1/proxy/v1'],
])('%s is here', (address, place) => {
  expect(placeHere(API, 'con_1', SENT, address)).toBe(place);
});

it.each([
  'https://elsewhere.example/gateway/v1',
  'http://api.example.com/gateway/v1',
  'https://api.example.com:8443/gateway/v1',
  '//elsewhere.example/gateway/v1',
  '/v1/x',
  '/gateway',
  '/gateway-of-others/v1',
  '/gateway/../v1',
  '/gateway//elsewhere.example',
  '/gateway/%2e%2e%2fv1',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://',
])('%s is not in the API', (address) => {
  expect(placeHere(API, 'con_1', SENT, address)).toBeNull();
});
