import { startSandbox } from './index.js';

/** Process entry: `node main.js [--port=N] [--seed=TEXT] [--grants=FILE]`, or forked by `npm start`. */
function option(name: string): string | undefined {
  const prefix = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
}

const port = Number(option('port') ?? 0);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error('--port must be a number from 0 to 65535');
  process.exit(2);
}

const seed = option('seed');
const grantsFile = option('grants');
const sandbox = await startSandbox({
  port,
  ...(seed === undefined ? {} : { seed }),
  ...(grantsFile === undefined ? {} : { grantsFile }),
});

const stop = () => {
  void sandbox.close().finally(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

if (process.send) {
  // End with the parent process, also when it crashes.
  process.once('disconnect', stop);
  process.send({ type: 'listening', url: sandbox.url });
} else {
  console.log(`Mock providers for Notion, Airtable, HubSpot and Slack on ${sandbox.url}`);
}
