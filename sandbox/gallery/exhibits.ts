import type { Exhibit } from '../slack/exhibit.ts';
import { cards } from './cards.ts';
import { channelWords } from './channels.ts';
import { forms } from './forms.ts';
import { homes } from './homes.ts';
import type { Hung } from './pieces.ts';
import { privateWords } from './private-words.ts';

/** Everything Leasehold can send, in every state: shown at `/gallery` of the sandbox and held against Slack's limits by a test. */
export function exhibits(): readonly Exhibit[] {
  const rooms: Readonly<Record<string, readonly Hung[]>> = {
    'The card': cards(),
    'The thread and the channel': channelWords(),
    'Words in private': privateWords(),
    'Forms and dialogs': forms(),
    'App Home': homes(),
  };
  return Object.entries(rooms).flatMap(([room, hung]) => hung.map((one) => ({ room, language: 'en', ...one })));
}
