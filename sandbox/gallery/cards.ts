import { renderCard } from '../../src/slack/render/card.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import type { CardView } from '../../src/usecases/views.ts';
import { message } from './pieces.ts';
import type { Hung } from './pieces.ts';
import {
  approval,
  approved,
  AT,
  card,
  chen,
  closed,
  dana,
  denied,
  ended,
  escalated,
  inToken,
  live,
  managed,
  pending,
  planned,
  question,
  role,
  signature,
  taken,
  takenWith,
  worstApprovals,
  worstPending,
  worstTaken,
} from './samples.ts';

const HOUR_MS = 3_600_000;
const some = [chen, dana].map(({ slack }) => slack);
const had = { ...ended('expiry'), liveAt: AT - 20 * HOUR_MS, endedAt: AT - 18 * HOUR_MS };
const questions = [question('Which replica?', 'The second one.'), question('Could you use the read-only copy?')];
const oneStage = pending.plan.slice(0, 1);
const admin = [role('realm-admin', 'realm-management'), role('viewer')];
const endAsked = { endedBy: 'revocation', by: chen, at: AT } as const;
const more = { others: { count: 5, some }, lastLease: had };

const CARDS: Readonly<Record<string, Partial<CardView>>> = {
  'waiting, one stage, the first time': { request: { ...pending, plan: oneStage } },
  'waiting for its first stage of two': more,
  'waiting for its second stage': { request: { ...pending, approvals: [approval(chen, 0, 4 * 3600)] }, stage: 1 },
  'its first stage is done': { request: { ...pending, approvals: [approval(chen, 0)] } },
  'waiting for the manager': { request: managed },
  'escalated to another group': { request: escalated },
  'approved by signing in': { request: { ...pending, stepUp: ['gold'] } },
  'ruled by policy': {
    request: {
      ...pending,
      ruledBy: {
        id: '8d0f2c1e-5a51-4f2c-9a4b-1f6f0c1b7a10',
        rules: ['production needs two stages', 'nights are short'],
        why: ['Production is shared.', { own: 'stages_demanded' }],
      },
    },
  },
  'asks for longer': { heldUntil: AT + HOUR_MS, others: { count: 1, some: some.slice(0, 1) } },
  'asked for a start in the future': { request: { ...pending, startsAt: pending.submittedAt + 86_400_000 } },
  'asked on behalf of somebody else': { request: { ...pending, beneficiary: dana } },
  'with questions': { request: { ...pending, questions } },
  'gives no role': { request: { ...pending, roles: [], description: '' } },
  'gives administration, risk critical': { request: { ...pending, roles: admin, risk: 'critical' } },
  'approved, not live yet': { request: approved, grant: planned },
  'approved, to begin later': {
    request: { ...approved, startsAt: approved.decidedAt + 86_400_000 },
    grant: { ...planned, startsAt: approved.decidedAt + 86_400_000 },
  },
  live: { request: approved, grant: live },
  'live, in tokens only': { request: { ...approved, resource: inToken }, grant: { ...live, resource: inToken } },
  'ended on time': { request: approved, grant: ended('expiry') },
  revoked: { request: approved, grant: ended('revocation') },
  'removed by another hand': { request: approved, grant: ended('drift') },
  'never live': { request: approved, grant: { ...ended('not_activated'), liveAt: null } },
  denied: { request: denied },
  'expired, a question open': { request: { ...closed('expired'), questions } },
  withdrawn: { request: closed('withdrawn') },
  'withdrawn, because somebody left': { request: { ...closed('withdrawn'), leaver: dana } },
  'break-glass, taken': { request: taken, grant: planned },
  'break-glass, live, signed once': { request: takenWith(signature(chen, true, 'I saw it.')), grant: live },
  'break-glass, being taken away': { request: taken, grant: { ...live, endAsked } },
  'break-glass, ended and reviewed': {
    request: takenWith(signature(chen, true), signature(dana, false, 'Call next time.')),
    grant: ended('revocation'),
  },
  'break-glass, the worst that can come': { request: worstTaken, grant: live },
  'the worst that can come, waiting': { request: worstPending, others: { count: 1_000_000, some } },
  'the worst that can come, approved': { request: { ...worstPending, approvals: worstApprovals }, stage: 2 },
};

export const cards = (say: Catalogue): readonly Hung[] =>
  Object.entries(CARDS).map(([name, facts]) => message(name, renderCard(say, card(facts))));
