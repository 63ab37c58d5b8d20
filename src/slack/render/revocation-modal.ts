import type { ModalView } from '@slack/types';
import type { Catalogue } from '../words/catalogue.ts';
import { leasesOf } from './facts.ts';
import { plain, section, strong } from './pieces.ts';

/** callback_id of the form that ends every lease, and the id of its input. */
export const REVOCATION_VIEW = 'revoke_everything';
export const REALM_BLOCK = 'realm';

/** Shown at once, and when there is nothing to confirm: a sentence in mrkdwn. */
export const plainRevocation = ({ dialogs: say }: Catalogue, text: string): ModalView => ({
  type: 'modal',
  title: plain(say.endEverything, 24),
  close: plain(say.close, 24),
  blocks: [section(text)],
});

/** What would end, and the name that has to be typed: a click alone ends nothing. */
export function revocationModal(
  { dialogs: say }: Catalogue,
  { realm, leases }: { readonly realm: string; readonly leases: number },
): ModalView {
  const all = leasesOf({ holder: null, path: null, count: leases });
  return {
    type: 'modal',
    callback_id: REVOCATION_VIEW,
    private_metadata: realm,
    title: plain(say.endEverything, 24),
    submit: plain(say.endEverything, 24),
    close: plain(say.cancel, 24),
    blocks: [
      section(say.wouldEnd(all, strong(realm)), say.requestsStay),
      {
        type: 'input',
        block_id: REALM_BLOCK,
        label: plain(say.realm, 2000),
        hint: plain(say.realmHint(realm), 2000),
        element: { type: 'plain_text_input', action_id: 'realm', max_length: 255 },
      },
    ],
  };
}
