import { once } from 'node:events';
import { connect } from 'node:net';

/** The names of all keys of a Redis. */
export async function redisKeys(port: number): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end('KEYS *\r\nQUIT\r\n');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  const lines = Buffer.concat(chunks).toString().split('\r\n');
  return lines.filter((line) => line !== '' && !/^[*$+]/.test(line));
}
