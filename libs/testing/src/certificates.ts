import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of PEM files. */
export interface Certificates {
  ca: string;
  server: { cert: string; key: string };
  client: { cert: string; key: string };
}

/** An authority, and certificates by it of a server on this machine and of a client, in a directory of the caller. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: directory });
  const path = (name: string) => join(directory, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...newKey, '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.crt');
  await writeFile(path('san'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  for (const name of ['server', 'client']) {
    await openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san', '-out', `${name}.crt`];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed);
  }
  const pair = (name: string) => ({ cert: path(`${name}.crt`), key: path(`${name}.key`) });
  return { ca: path('ca.crt'), server: pair('server'), client: pair('client') };
}
