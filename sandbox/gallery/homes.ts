import { renderHome } from '../../src/slack/render/home.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import type { HomeView } from '../../src/usecases/views.ts';
import { home, permalink } from './pieces.ts';
import type { Hung } from './pieces.ts';
import {
  ann,
  approved,
  AT,
  chen,
  dana,
  denied,
  inToken,
  live,
  pending,
  planned,
  taken,
  worstPending,
  worstTaken,
} from './samples.ts';

const nothing: HomeView = {
  waiting: { known: true, requests: [], more: false },
  reviews: [],
  open: [],
  pending: [],
  decided: [],
};
const card = { channel: 'C0X', ts: '1.2' };
const waiting = (requests: readonly (typeof pending)[], more = false): HomeView['waiting'] => ({
  known: true,
  requests: requests.map((request) => ({ request, card })),
  more,
});
const decided: HomeView['decided'] = [
  { request: approved, kind: 'approve', at: AT },
  { request: denied, kind: 'deny', at: AT - 3_600_000 },
];

const inBundle = { ...pending, bundle: { id: pending.id, part: 0, parts: 3 } };

const HOMES: Readonly<Record<string, HomeView>> = {
  'nothing yet': nothing,
  'somebody who holds and waits': {
    ...nothing,
    open: [live, { ...live, resource: inToken }, planned],
    pending: [pending],
  },
  'an approver': {
    ...nothing,
    waiting: waiting([pending, inBundle, { ...pending, requester: dana, beneficiary: ann }]),
    decided,
  },
  'a review to sign': { ...nothing, reviews: [{ request: taken, card }] },
  'Keycloak is away': { ...nothing, open: [live], waiting: { known: false, because: 'keycloak_away' } },
  'Keycloak does not say': { ...nothing, waiting: { known: false, because: 'keycloak_refuses' } },
  'not linked': { ...nothing, waiting: { known: false, because: { refusal: 'not_linked' } } },
  'the most that can come': {
    waiting: waiting(
      Array.from({ length: 10 }, () => worstPending),
      true,
    ),
    reviews: Array.from({ length: 10 }, () => ({ request: worstTaken, card })),
    open: Array.from({ length: 300 }, () => live),
    pending: Array.from({ length: 10 }, () => ({ ...worstPending, requester: chen })),
    decided: Array.from({ length: 5 }, () => ({ request: denied, kind: 'deny' as const, at: AT })),
  },
};

export const homes = (say: Catalogue): readonly Hung[] =>
  Object.entries(HOMES).map(([name, view]) => home(name, renderHome(say, view, permalink)));
