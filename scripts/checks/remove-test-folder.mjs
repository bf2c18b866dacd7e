import { rmSync } from 'node:fs';

export default function removeTestFolder() {
  rmSync(process.env['CAUSEWAY_TEST_FOLDER'], { recursive: true, force: true });
}
