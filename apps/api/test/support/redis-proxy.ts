import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Where one begins that follows another one. */
const COMMAND = /(?<=\r\n)(?=\*\d+\r\n\$)/;

/** Between a service and its Redis, to hold a command back at the moment when the service is to crash. */
export class RedisProxy {
  private readonly sockets = new Set<Socket>();
  private isHeld: (command: string) => boolean = () => false;
  private onHeld = () => {};
  /** Since `holdFrom`, what may be the beginning of a command, by connection. */
  private readonly unfinished = new Map<Socket, string>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly url: string,
  ) {}

  static async start(redisUrl: string): Promise<RedisProxy> {
    const { port, pathname } = new URL(redisUrl);
    const server = createServer((client) => proxy.forward(client, Number(port)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`;
    const proxy: RedisProxy = new RedisProxy(server, url);
    return proxy;
  }

  /** From the first command for which `isHeld` is true, Redis gets nothing more of that connection. Resolves then. */
  holdFrom(isHeld: (command: string) => boolean): Promise<void> {
    this.unfinished.clear();
    this.isHeld = isHeld;
    return new Promise((resolve) => (this.onHeld = resolve));
  }

  /** For the connections of the next process. */
  release(): void {
    this.isHeld = () => false;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket, port: number): void {
    const redis = connect(port, '127.0.0.1');
    let isHolding = false;
    client.on('data', (chunk: Buffer) => {
      const commands = ((this.unfinished.get(client) ?? '') + chunk.toString('latin1')).split(COMMAND);
      this.unfinished.set(client, commands.at(-1) ?? '');
      if (!isHolding && commands.some((command) => this.isHeld(command))) {
        isHolding = true;
        this.onHeld();
      }
      if (!isHolding) redis.write(chunk);
    });
    redis.pipe(client);
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        this.unfinished.delete(socket);
        other.destroy();
      });
    }
  }
}
