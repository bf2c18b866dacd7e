// `npm start`: from a fresh clone to a running service. In production use `npm run start:prod`, which prepares nothing.
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare/prepare.mjs';
import { main, log } from './prepare/run.mjs';

await main(() => prepare());

// In this very process, so that Ctrl-C and SIGTERM reach the service itself.
const service = new URL('../dist/service/main.js', import.meta.url);
process.argv = [process.argv[0], fileURLToPath(service), '--sandbox-by-default', ...process.argv.slice(2)];
const { ready } = await import(service.href);
const address = await ready;
log(`ready at ${address} (try the interface at ${new URL('/docs', address)}); Ctrl-C stops it`);
