import type { Dialog } from '../../src/slack/render/decision-modal.ts';
import { closedModal, decisionModal, workingModal } from '../../src/slack/render/decision-modal.ts';
import { answerModal } from '../../src/slack/render/question.ts';
import { requestModal } from '../../src/slack/render/request-modal.ts';
import { plainRevocation, revocationModal } from '../../src/slack/render/revocation-modal.ts';
import type { AccessPreview } from '../../src/usecases/views.ts';
import { modal } from './pieces.ts';
import type { Hung } from './pieces.ts';
import { AT, card, entitlement, pending, question, worstPending } from './samples.ts';

const preview: AccessPreview = {
  entitlement,
  stages: [{ groupPath: '/approvers/platform', required: 1 }],
  durations: [1800, 3600, 14_400],
  heldUntil: null,
  isPending: false,
};
const hint = { r: pending.id, v: 1, s: 0, c: 'C1', t: '1.2' };
const DIALOGS: readonly Dialog[] = ['approve', 'shorter', 'deny', 'question'];

export const forms = (): readonly Hung[] => [
  modal('request access, nothing chosen', requestModal(null)),
  modal('request access, chosen', requestModal({ preview })),
  modal('request access, held already', requestModal({ preview: { ...preview, heldUntil: AT } })),
  modal('request access, asked for already', requestModal({ preview: { ...preview, isPending: true } })),
  modal(
    'request access, a ticket is demanded',
    requestModal({
      preview: { ...preview, entitlement: { ...entitlement, justificationPattern: String.raw`INC-\d+` } },
    }),
  ),
  modal('request access, no longer offered', requestModal({ problem: 'It is no longer offered in Keycloak.' })),
  ...DIALOGS.flatMap((dialog) => [
    modal(`${dialog}, opening`, workingModal(dialog)),
    modal(dialog, decisionModal(dialog, card(), hint)),
    modal(`${dialog}, too late`, closedModal(dialog, 'Chen denied this, so your click changed nothing.')),
    modal(`${dialog}, the worst that can come`, decisionModal(dialog, card({ request: worstPending }), hint)),
  ]),
  modal('answer', answerModal(pending, 0, question('Which replica?'))),
  modal('end every lease', revocationModal({ realm: 'acme', leases: 812 })),
  modal('end every lease, opening', plainRevocation('Counting the leases …')),
];
