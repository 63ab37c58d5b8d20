import type { ModalView } from '@slack/types';
import { endedLeases } from './facts.ts';
import { plain, section, strong } from './pieces.ts';

/** callback_id of the form that ends every lease, and the id of its input. */
export const REVOCATION_VIEW = 'revoke_everything';
export const REALM_BLOCK = 'realm';

const TITLE = 'End every lease';

/** Shown at once, and when there is nothing to confirm: a sentence in mrkdwn. */
export const plainRevocation = (text: string): ModalView => ({
  type: 'modal',
  title: plain(TITLE, 24),
  close: plain('Close', 24),
  blocks: [section(text)],
});

/** What would end, and the name that has to be typed: a click alone ends nothing. */
export function revocationModal({ realm, leases }: { readonly realm: string; readonly leases: number }): ModalView {
  return {
    type: 'modal',
    callback_id: REVOCATION_VIEW,
    private_metadata: realm,
    title: plain(TITLE, 24),
    submit: plain('End every lease', 24),
    close: plain('Cancel', 24),
    blocks: [
      section(
        `This takes away ${endedLeases({ holder: null, path: null, count: leases })} in the realm ${strong(realm)}: everybody's, at once.`,
        'Requests that wait stay, and can still be approved afterwards.',
      ),
      {
        type: 'input',
        block_id: REALM_BLOCK,
        label: plain('Realm', 2000),
        hint: plain(`Type ${realm} to confirm`, 2000),
        element: { type: 'plain_text_input', action_id: 'realm', max_length: 255 },
      },
    ],
  };
}
