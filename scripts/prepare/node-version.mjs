// Imported first by every script: an old Node gets one clear line instead of a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (!fits) {
  console.error(`Causeway needs Node 20.19 or newer (or 22.12 or newer); this is Node ${process.versions.node}.`);
  process.exit(1);
}
