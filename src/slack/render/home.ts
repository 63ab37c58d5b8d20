import type { HomeView as HomeBlocks, KnownBlock } from '@slack/types';
import { progress } from '../../domain/request.ts';
import type { HomeView, Waiting } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { reviewBlock } from './break-glass.ts';
import { requestButton } from './buttons.ts';
import { fromStart, kindOf, whoAsks } from './facts.ts';
import { andMore, leaseGroups, pendingGroups } from './my-access.ts';
import { HOME_BLOCKS_MAX, actions, fitting, header, link, mention, section, shown, strong, when } from './pieces.ts';
import { refusalText } from './refusal-text.ts';
import type { Permalink } from './words.ts';

/** One lease with its buttons takes this many blocks; the list of leases keeps room for one and the line about the rest. */
const LEASES_MIN = 3;

/**
 * What one person decides, holds and waits for. What waits for him comes first, if anything does; the decision itself is
 * made on the card.
 */
export function renderHome(say: Catalogue, home: HomeView, permalink: Permalink): HomeBlocks {
  const waiting = waitingBlocks(say, home.waiting, permalink);
  const reviews = reviewBlocks(say, home.reviews, permalink);
  const decided = decidedBlocks(say, home.decided);
  const asked = pendingGroups(say, home.pending);
  const held = leaseGroups(say, home.open);
  const used = 1 + reviews.length + waiting.length + decided.length;
  const pending = titled(say, say.home.yourRequests, asked, used + (held.length === 0 ? 0 : 1 + LEASES_MIN));
  const leases = titled(say, say.home.yourLeases, held, used + pending.length);
  const nothing = held.length + asked.length === 0 ? [header(say.home.yourAccess), section(say.home.nothing)] : [];
  const isIdle = home.waiting.known && home.waiting.requests.length === 0;
  return {
    type: 'home',
    blocks: [
      actions([requestButton(say)]),
      ...(isIdle ? [] : waiting),
      ...reviews,
      ...nothing,
      ...leases,
      ...pending,
      ...(isIdle ? waiting : []),
      ...decided,
    ],
  };
}

function titled(say: Catalogue, title: string, groups: readonly KnownBlock[][], used: number): KnownBlock[] {
  if (groups.length === 0) return [];
  const { blocks, left } = fitting(groups, used + 2, HOME_BLOCKS_MAX);
  return [header(title), ...blocks, ...andMore(say, left)];
}

function waitingBlocks(say: Catalogue, waiting: Waiting, permalink: Permalink): KnownBlock[] {
  const title = header(say.home.waiting);
  if (!waiting.known) return [title, section(whyUnknown(say, waiting.because))];
  const rest = waiting.more ? [section(say.home.othersWait)] : [];
  if (waiting.requests.length + rest.length === 0) return [title, section(say.home.nothingWaits)];
  return [title, ...waiting.requests.map((one) => waitingBlock(say, one, permalink)), ...rest];
}

function reviewBlocks(say: Catalogue, reviews: HomeView['reviews'], permalink: Permalink): KnownBlock[] {
  if (reviews.length === 0) return [];
  const blocks = reviews.map(({ request, card }) => reviewBlock(say, request, permalink(card)));
  return [header(say.glass.homeTitle), ...blocks];
}

function whyUnknown(say: Catalogue, because: Extract<Waiting, { known: false }>['because']): string {
  switch (because) {
    case 'keycloak_away':
      return say.home.keycloakAway;
    case 'keycloak_refuses':
      return say.home.keycloakRefuses;
    default:
      return refusalText(say, because, null);
  }
}

type Waits = Extract<Waiting, { known: true }>['requests'][number];

function waitingBlock(say: Catalogue, { request, card }: Waits, permalink: Permalink) {
  const { resource, askedSeconds, risk, justification, waitsUntil, plan, bundle } = request;
  const current = progress(request);
  const stage = plan.length > 1 ? (current?.index ?? 0) + 1 : null;
  const address = permalink(card);
  return section(
    `${whoAsks(say, request, strong(resource.path), askedSeconds)}${fromStart(say, request)}`,
    [
      kindOf(say, resource),
      say.facts.risk(risk),
      say.home.approved(current?.approved ?? 0, current?.stage.required ?? 1, stage, plan.length),
      say.home.waitsUntil(when(say, waitsUntil)),
      ...(bundle === null ? [] : [say.bundle.oneOf(bundle.parts)]),
    ].join(' · '),
    say.home.why(shown(justification, 200)),
    ...(address === null ? [] : [link(address, say.home.openCard)]),
  );
}

function decidedBlocks(say: Catalogue, decided: HomeView['decided']): KnownBlock[] {
  if (decided.length === 0) return [];
  const lines = decided.map(({ request: { resource, beneficiary }, kind, at }) => {
    const said = say.home.decided(kind, strong(resource.path), mention(beneficiary.slack), when(say, at));
    return `• ${said}`;
  });
  return [header(say.home.decidedLately), section(...lines)];
}
