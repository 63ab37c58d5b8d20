import { text } from 'node:stream/consumers';
import { findChromium } from '../../scripts/chromium.ts';
import { spawnGuarded } from '../../scripts/guard.js';

/** Where `npm test` says that Chromium lies; one that is installed will do too. */
export const browserVariable = 'LEASEHOLD_TEST_BROWSER';

/** There is no Chromium, and none could be installed. */
export class BrowserMissing extends Error {}

const INSTALL =
  'export DEBIAN_FRONTEND=noninteractive && apt-get -qq update && ' +
  'apt-get -qq install --yes --no-install-recommends chromium fonts-liberation';

/**
 * The program of a Chromium. Where `mayInstall`, and with the rights for it, Debian's own is installed.
 * @throws BrowserMissing
 */
export async function prepareBrowser(mayInstall: boolean, onProgress: (line: string) => void): Promise<string> {
  const found = findChromium();
  if (found !== null) return found;
  const because = mayInstall && process.getuid?.() === 0 ? await install(onProgress) : '';
  const installed = findChromium();
  if (installed !== null) return installed;
  throw new BrowserMissing(`Chromium was not found; install it, or name one in CHROMIUM.${because}`);
}

/** @returns why it was not, to be put behind another sentence */
async function install(onProgress: (line: string) => void): Promise<string> {
  onProgress('Installing Chromium by apt-get …');
  try {
    const child = await spawnGuarded('sh', ['-c', INSTALL], { output: 'pipe' });
    const [, errors] = await Promise.all([child.stdout && text(child.stdout), child.stderr && text(child.stderr)]);
    return (await child.exited) === 0 ? '' : ` apt-get said: ${errors?.trim().split('\n').at(-1) ?? ''}`;
  } catch {
    return ' It could not be installed: there is no apt-get.';
  }
}
