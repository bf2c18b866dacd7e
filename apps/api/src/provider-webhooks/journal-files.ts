import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpClient, UpstreamError, parseJson, reasonOfStatus, retryAfterOf } from '@causeway/http-client';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { isPrivateHost, publicLookup } from '../webhooks/public-address.js';

/** Six times what is documented of one. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Downloads the files of journals, whose addresses come from providers: of their API, or of a public storage. */
@Injectable()
export class JournalFiles implements OnApplicationShutdown {
  private readonly http: HttpClient;
  private readonly toPublic: HttpClient;

  constructor(
    @Inject(CONFIGURATION) private readonly config: Pick<Configuration, 'webhookPrivateAddresses'>,
    private readonly shutdown: Shutdown,
  ) {
    this.http = new HttpClient();
    this.toPublic = new HttpClient(undefined, publicLookup);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.http.close(), this.toPublic.close()]);
  }

  /**
   * Without a credential: the address has its own. Redirects are not followed.
   * @param apiUrl of the provider, as the operator has set it
   * @returns the parsed content; `undefined`: it is no JSON
   * @throws UpstreamError
   */
  async download(fileUrl: string, apiUrl: string): Promise<unknown> {
    const http = this.clientFor(fileUrl, apiUrl);
    const signals = [AbortSignal.timeout(TIMEOUT_MS), this.shutdown.ending];
    const headers = { accept: '*/*', 'accept-encoding': 'gzip' };
    const response = await http.stream({ method: 'GET', url: fileUrl, headers, timeoutMs: TIMEOUT_MS, signals });
    const { status, body } = response;
    if (status !== 200) {
      await body.dump();
      const retryAfterMs = retryAfterOf(response.headers, Date.now());
      throw new UpstreamError(reasonOfStatus(status) ?? 'malformed', { status, retryAfterMs });
    }
    return parseJson(await unpacked(await readAll(body)));
  }

  private clientFor(fileUrl: string, apiUrl: string): HttpClient {
    if (!URL.canParse(fileUrl)) throw refused('Its address is none.');
    const { origin, protocol, hostname } = new URL(fileUrl);
    if (!['http:', 'https:'].includes(protocol)) throw refused('Its address is none of http.');
    if (this.config.webhookPrivateAddresses || origin === new URL(apiUrl).origin) return this.http;
    if (protocol !== 'https:') throw refused('Its address is not https.');
    if (isPrivateHost(hostname)) throw refused('Its address is a private one.');
    return this.toPublic;
  }
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new UpstreamError('too-large');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof UpstreamError ? cause : new UpstreamError('unavailable', {}, { cause });
  }
  return Buffer.concat(chunks);
}

/** Storage may give a compressed file without `Content-Encoding`. JSON never begins like one. */
async function unpacked(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  return promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES }).catch((cause: NodeJS.ErrnoException) => {
    throw new UpstreamError(cause.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'malformed', {}, { cause });
  });
}

function refused(note: string): UpstreamError {
  return new UpstreamError('rejected', { note });
}
