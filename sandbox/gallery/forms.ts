import { glassModal, plainGlass, plainReview, reviewModal } from '../../src/slack/render/break-glass.ts';
import type { Dialog } from '../../src/slack/render/decision-modal.ts';
import { closedModal, decisionModal, workingModal } from '../../src/slack/render/decision-modal.ts';
import { answerModal } from '../../src/slack/render/question.ts';
import { refusalText } from '../../src/slack/render/refusal-text.ts';
import { closedRequestModal, requestModal } from '../../src/slack/render/request-modal.ts';
import { plainRevocation, revocationModal } from '../../src/slack/render/revocation-modal.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import type { AccessPreview } from '../../src/usecases/views.ts';
import { modal } from './pieces.ts';
import type { Hung } from './pieces.ts';
import {
  AT,
  card,
  chen,
  entitlement,
  live,
  pending,
  question,
  signature,
  takenWith,
  worstPending,
  worstTaken,
} from './samples.ts';

const preview: AccessPreview = {
  entitlement,
  stages: [{ groupPath: '/approvers/platform', required: 1 }],
  durations: [1800, 3600, 14_400],
  heldUntil: null,
  isPending: false,
};
const hint = { r: pending.id, v: 1, s: 0, c: 'C1', t: '1.2' };
const signing = { r: pending.id, c: 'C1', t: '1.2' };
const DIALOGS: readonly Dialog[] = ['approve', 'shorter', 'deny', 'question'];

export const forms = (say: Catalogue): readonly Hung[] => [
  modal('request access, nothing chosen', requestModal(say, null)),
  modal('request access, chosen', requestModal(say, { preview })),
  modal('request access, held already', requestModal(say, { preview: { ...preview, heldUntil: AT } })),
  modal('request access, given at once by policy', requestModal(say, { preview: { ...preview, stages: [] } })),
  modal('request access, asked for already', requestModal(say, { preview: { ...preview, isPending: true } })),
  modal(
    'request access, a ticket is demanded',
    requestModal(say, {
      preview: { ...preview, entitlement: { ...entitlement, justificationPattern: String.raw`INC-\d+` } },
    }),
  ),
  modal(
    'ask again, filled in',
    requestModal(say, { preview, filled: { seconds: 3600, justification: 'INC-42 lag', people: [chen.slack] } }),
  ),
  modal('ask again, opening', closedRequestModal(say, say.form.lookingUp)),
  modal(
    'request access, no longer offered',
    requestModal(say, { problem: refusalText(say, { refusal: 'unknown_access', asked: 'production' }, null) }),
  ),
  ...DIALOGS.flatMap((dialog) => [
    modal(`${dialog}, opening`, workingModal(say, dialog)),
    modal(dialog, decisionModal(say, dialog, card(), hint)),
    modal(
      `${dialog}, too late`,
      closedModal(say, dialog, refusalText(say, { refusal: 'settled', state: 'denied', by: chen, at: AT }, null)),
    ),
    modal(`${dialog}, the worst that can come`, decisionModal(say, dialog, card({ request: worstPending }), hint)),
  ]),
  modal('answer', answerModal(say, pending, 0, question('Which replica?'))),
  modal('break-glass, opening', plainGlass(say, say.glass.reading)),
  modal('break-glass, nothing chosen', glassModal(say, null)),
  modal('break-glass, chosen', glassModal(say, entitlement)),
  modal(
    'break-glass, a ticket is demanded',
    glassModal(say, { ...entitlement, justificationPattern: String.raw`INC-\d+` }),
  ),
  modal('sign review, opening', plainReview(say, say.glass.signReading)),
  modal('sign review', reviewModal(say, live, takenWith(signature(chen, true)), signing)),
  modal('sign review, the worst that can come', reviewModal(say, live, worstTaken, signing)),
  modal('end every lease', revocationModal(say, { realm: 'acme', leases: 812 })),
  modal('end every lease, opening', plainRevocation(say, say.dialogs.countingLeases)),
];
