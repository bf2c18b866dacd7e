import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { RedisStoreOptions } from '@causeway/store';
import { IsListOf, IsPort } from './environment-rules.js';

const NODE = /^(rediss?:\/\/([^\s@/]*@)?)?([^\s:/@]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/;
const NODES = 'has to be a comma list of host:port or rediss://user:password@host:port';

type TlsFiles = NonNullable<NonNullable<RedisStoreOptions['defaults']>['tls']>;
type TlsName = 'CA_FILE' | 'CERT_FILE' | 'KEY_FILE';

const TLS_FILES: Record<TlsName, { member: keyof TlsFiles; check: (pem: string) => unknown; content: string }> = {
  CA_FILE: { member: 'ca', check: (pem) => new X509Certificate(pem), content: 'certificates' },
  CERT_FILE: { member: 'cert', check: (pem) => new X509Certificate(pem), content: 'a certificate' },
  KEY_FILE: { member: 'key', check: createPrivateKey, content: 'a private key without a password' },
};

/** The variables that begin with `REDIS_`. Messages follow the variable's name. */
export class RedisEnvironment {
  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/, { message: 'has to be a redis:// or rediss:// URL' })
  URL?: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9.:_-]+$/, { message: 'has to be a host name or an address' })
  HOST?: string;

  @IsOptional()
  @IsPort()
  PORT?: number;

  @IsOptional()
  @IsListOf(NODE, NODES)
  CLUSTER_NODES?: string[];

  @IsOptional()
  @IsListOf(NODE, NODES)
  SENTINELS?: string[];

  @IsOptional()
  SENTINEL_NAME?: string;

  @IsOptional()
  USERNAME?: string;

  @IsOptional()
  PASSWORD?: string;

  @IsOptional()
  CA_FILE?: string;

  @IsOptional()
  CERT_FILE?: string;

  @IsOptional()
  KEY_FILE?: string;

  @IsOptional()
  @IsIn(['ok'], { message: 'has to be "ok", or absent' })
  UNSAFE?: 'ok';

  /** @returns `null`: no Redis is configured */
  toStoreOptions(faults: string[]): RedisStoreOptions | null {
    const place = this.place(faults);
    const tls = this.tlsFiles(faults);
    if (place === null) return null;
    const addresses = place.kind === 'redis' ? [place.url] : 'nodes' in place ? place.nodes : place.sentinels;
    if (Object.keys(tls).length > 0 && !addresses.some((address) => address.startsWith('rediss://')))
      faults.push('REDIS_CA_FILE, REDIS_CERT_FILE and REDIS_KEY_FILE need an address that begins with rediss://');
    const defaults = {
      ...(this.USERNAME !== undefined && { username: this.USERNAME }),
      ...(this.PASSWORD !== undefined && { password: this.PASSWORD }),
      tls,
    };
    return { ...place, defaults, areSettingsAccepted: this.UNSAFE === 'ok' };
  }

  private place(faults: string[]): RedisStoreOptions | null {
    const { URL: url, HOST: host, PORT: port, CLUSTER_NODES: nodes = [], SENTINELS: sentinels = [] } = this;
    const master = this.SENTINEL_NAME;
    if ([url !== undefined, nodes.length > 0, sentinels.length > 0].filter(Boolean).length > 1)
      faults.push('REDIS_URL, REDIS_CLUSTER_NODES and REDIS_SENTINELS exclude each other: set the one that is right');
    if (sentinels.length > 0 && master === undefined)
      faults.push(
        'REDIS_SENTINEL_NAME is required with REDIS_SENTINELS: what they call the master, for example mymaster',
      );
    if (sentinels.length === 0 && master !== undefined) faults.push('REDIS_SENTINEL_NAME needs REDIS_SENTINELS');
    if (sentinels.length > 0) return { kind: 'redis-sentinel', sentinels, master: master ?? '' };
    if (nodes.length > 0) return { kind: 'redis-cluster', nodes };
    if (url !== undefined) return { kind: 'redis', url };
    if (host === undefined && port === undefined) return null;
    return { kind: 'redis', url: `redis://${host ?? '127.0.0.1'}:${port ?? 6379}` };
  }

  private tlsFiles(faults: string[]): TlsFiles {
    const files: TlsFiles = {};
    for (const name of Object.keys(TLS_FILES) as TlsName[]) {
      const path = this[name];
      const { member, check, content } = TLS_FILES[name];
      if (path !== undefined) {
        const pem = readPem(path, `REDIS_${name}`, check, content, faults);
        if (pem !== null) files[member] = pem;
      }
    }
    if ((this.CERT_FILE === undefined) !== (this.KEY_FILE === undefined))
      faults.push('REDIS_CERT_FILE and REDIS_KEY_FILE belong together: set both');
    if (files.cert !== undefined && files.key !== undefined) {
      if (!new X509Certificate(files.cert).checkPrivateKey(createPrivateKey(files.key)))
        faults.push('REDIS_KEY_FILE is not the key of the certificate in REDIS_CERT_FILE');
    }
    return files;
  }
}

function readPem(
  path: string,
  name: string,
  check: (pem: string) => unknown,
  content: string,
  faults: string[],
): string | null {
  try {
    const pem = readFileSync(path, 'utf8');
    check(pem);
    return pem;
  } catch (error) {
    const { code = '', syscall } = error as NodeJS.ErrnoException;
    // The messages of a parser may quote the file.
    faults.push(
      syscall === undefined ? `${name} has to be a file with ${content} in PEM` : `${name} cannot be read (${code})`,
    );
    return null;
  }
}
