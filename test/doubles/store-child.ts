// A bot's store in a process of its own, for tests that kill it. Prints `open`, then, once told to go on by a line on its
// standard input, the correlation id of each audit entry whose commit has resolved.
import { once } from 'node:events';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { aDraft } from '../contract/store/harness.ts';
import { recordedLog } from './log.ts';

const [file = ''] = process.argv.slice(2);
const store = await openSqliteStore({ file, realm: 'acme', now: () => 0, log: recordedLog() });
process.stdout.write('open\n');
await once(process.stdin, 'data');
for (let number = 0; ; number += 3) {
  const drafts = [aDraft(number), aDraft(number + 1), aDraft(number + 2)];
  await Promise.all(
    drafts.map(async (draft) => {
      await store.commit({ audit: [draft] });
      process.stdout.write(`${draft.correlationId}\n`);
    }),
  );
}
