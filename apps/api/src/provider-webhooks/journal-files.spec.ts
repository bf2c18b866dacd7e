import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Shutdown } from '../shutdown/shutdown.js';
import { JournalFiles } from './journal-files.js';

const MEGABYTE = 1024 * 1024;
const CONTENT = { journalEvents: [] };
const JSON_TEXT = JSON.stringify(CONTENT);

describe('the file of a journal', () => {
  let server: Server;
  let url: string;
  let respond: (response: ServerResponse) => void;
  let files: JournalFiles;
  const asked: { authorization: string | undefined }[] = [];
  beforeAll(async () => {
    server = createServer(({ headers: { authorization } }, response) => {
      asked.push({ authorization });
      respond(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    files = new JournalFiles({ webhookPrivateAddresses: false }, new Shutdown());
  });
  afterAll(async () => {
    await files.onApplicationShutdown();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => asked.splice(0));

  const download = (fileUrl = `${url}/file?signature=x`, apiUrl = `${url}/api`) => files.download(fileUrl, apiUrl);

  it.each<[string, Record<string, string>, Buffer]>([
    ['JSON', { 'content-type': 'application/json' }, Buffer.from(JSON_TEXT)],
    ['JSON that says to be bytes', { 'content-type': 'binary/octet-stream' }, Buffer.from(JSON_TEXT)],
    ['compressed JSON', { 'content-encoding': 'gzip' }, gzipSync(JSON_TEXT)],
    ['compressed JSON that does not say so', {}, gzipSync(JSON_TEXT)],
  ])('is read as %s', async (_, headers, body) => {
    respond = (response) => response.writeHead(200, headers).end(body);
    await expect(download()).resolves.toEqual(CONTENT);
    expect(asked).toEqual([{ authorization: undefined }]);
  });

  it('may have no JSON', async () => {
    respond = (response) => response.end('<html>');
    await expect(download()).resolves.toBeUndefined();
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ['is gone', 'missing', (response) => response.writeHead(404).end()],
    ['is not to be had any more', 'forbidden', (response) => response.writeHead(403).end('<Error/>')],
    ['is elsewhere', 'rejected', (response) => response.writeHead(302, { location: `${url}/other` }).end()],
    ['is empty, says a status', 'malformed', (response) => response.writeHead(204).end()],
    ['cannot be had now', 'unavailable', (response) => response.writeHead(503).end()],
    ['is cut', 'unavailable', (response) => response.write('{', () => response.destroy())],
    ['is too large', 'too-large', (response) => response.end(Buffer.alloc(33 * MEGABYTE, 32))],
    [
      'is too large without its compression',
      'too-large',
      (response) => response.end(gzipSync(Buffer.alloc(33 * MEGABYTE, 32))),
    ],
    ['is compressed, but damaged', 'malformed', (response) => response.end(gzipSync(JSON_TEXT).subarray(0, 20))],
  ])('that %s is %s', async (_, reason, answer) => {
    respond = answer;
    await expect(download()).rejects.toMatchObject({ reason });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['over http', 'http://storage.example/file'],
    ['at a private address', 'https://10.0.0.1/file'],
    ['at a private address of IPv6', 'https://[::1]/file'],
    ['at another port of the host of the API', 'http://127.0.0.1:9/file'],
    ['of no web server', 'file:///etc/passwd'],
    ['without an address', 'nowhere'],
  ])('is not asked for %s', async (_, fileUrl) => {
    await expect(download(fileUrl)).rejects.toMatchObject({ reason: 'rejected' });
  });

  it('is not asked for where the name leads to a private address', async () => {
    await expect(download('https://localhost:9/file')).rejects.toMatchObject({
      reason: 'unavailable',
      cause: { message: 'the name leads to a private address' },
    });
  });

  it('may be anywhere where the operator allows private addresses', async () => {
    respond = (response) => response.end(JSON_TEXT);
    const anywhere = new JournalFiles({ webhookPrivateAddresses: true }, new Shutdown());
    await expect(anywhere.download(`${url}/file`, 'https://api.example')).resolves.toEqual(CONTENT);
    await anywhere.onApplicationShutdown();
  });
});
