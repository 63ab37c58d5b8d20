import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import { catalogueOf, LANGUAGES } from '../../src/slack/words/languages.ts';
import type { Exhibit } from '../slack/exhibit.ts';
import { bundles } from './bundles.ts';
import { cards } from './cards.ts';
import { channelWords } from './channels.ts';
import { forms } from './forms.ts';
import { gates, tokens } from './gates.ts';
import { homes } from './homes.ts';
import type { Hung } from './pieces.ts';
import { privateWords } from './private-words.ts';
import { teams } from './teams.ts';

/** Everything Leasehold can send, in every state: shown at `/gallery` of the sandbox and held against Slack's limits by a test. */
export const exhibits = (): readonly Exhibit[] =>
  LANGUAGES.flatMap((language) => {
    const rooms = Object.entries(roomsIn(catalogueOf(language)));
    return rooms.flatMap(([room, hung]) => hung.map((one) => ({ room, language, ...one })));
  });

/** The same in one language. */
export const roomsIn = (say: Catalogue): Readonly<Record<string, readonly Hung[]>> => ({
  'The card': cards(say),
  Bundles: bundles(say),
  'A sign-in that waits': gates(say),
  'A token that waits': tokens(say),
  'The thread and the channel': channelWords(say),
  'Words in private': privateWords(say),
  'An ask for many people': teams(say),
  'Forms and dialogs': forms(say),
  'App Home': homes(say),
});
