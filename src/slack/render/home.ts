import type { HomeView as HomeBlocks, KnownBlock } from '@slack/types';
import { sayDuration } from '../../domain/duration.ts';
import { progress } from '../../domain/request.ts';
import type { HomeView, Waiting } from '../../usecases/views.ts';
import { requestButton } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import { KIND, whoAsks } from './facts.ts';
import { andMore, leaseGroups, pendingGroups } from './my-access.ts';
import { HOME_BLOCKS_MAX, actions, fitting, header, mention, section, strong, when } from './pieces.ts';
import { refusalText } from './refusal-text.ts';
import type { Permalink } from './words.ts';

/** One lease with its buttons takes this many blocks; the list of leases keeps room for one and the line about the rest. */
const LEASES_MIN = 3;

/**
 * What one person decides, holds and waits for. What waits for him comes first, if anything does; the decision itself is
 * made on the card.
 */
export function renderHome(home: HomeView, permalink: Permalink): HomeBlocks {
  const waiting = waitingBlocks(home.waiting, permalink);
  const decided = decidedBlocks(home.decided);
  const asked = pendingGroups(home.pending);
  const held = leaseGroups(home.open);
  const used = 1 + waiting.length + decided.length;
  const pending = titled('Your requests', asked, used + (held.length === 0 ? 0 : 1 + LEASES_MIN));
  const leases = titled('Your leases', held, used + pending.length);
  const nothing =
    held.length + asked.length === 0
      ? [header('Your access'), section('You hold no lease and wait for none. Ask with *Request access*.')]
      : [];
  const isIdle = home.waiting.known && home.waiting.requests.length === 0;
  return {
    type: 'home',
    blocks: [
      actions([requestButton()]),
      ...(isIdle ? [] : waiting),
      ...nothing,
      ...leases,
      ...pending,
      ...(isIdle ? waiting : []),
      ...decided,
    ],
  };
}

function titled(title: string, groups: readonly KnownBlock[][], used: number): KnownBlock[] {
  if (groups.length === 0) return [];
  const shown = fitting(groups, used + 2, HOME_BLOCKS_MAX);
  return [header(title), ...shown.blocks, ...andMore(shown.left)];
}

function waitingBlocks(waiting: Waiting, permalink: Permalink): KnownBlock[] {
  const title = header('Waiting for your decision');
  if (!waiting.known) return [title, section(whyUnknown(waiting.because))];
  const rest = waiting.more ? [section('These have waited longest. Others wait in the approval channels.')] : [];
  if (waiting.requests.length + rest.length === 0) return [title, section('Nothing waits for your decision.')];
  return [title, ...waiting.requests.map((one) => waitingBlock(one, permalink)), ...rest];
}

function whyUnknown(because: Extract<Waiting, { known: false }>['because']): string {
  switch (because) {
    case 'keycloak_away':
      return 'Keycloak is not answering, so I cannot tell what waits for you. I keep trying. Leases still end on time.';
    case 'keycloak_refuses':
      return 'Keycloak does not let me see which groups you are in, so I cannot tell what waits for you. Tell the operator.';
    default:
      return refusalText(because, null);
  }
}

type Waits = Extract<Waiting, { known: true }>['requests'][number];

function waitingBlock({ request, card }: Waits, permalink: Permalink) {
  const { resource, askedSeconds, risk, justification, waitsUntil } = request;
  const current = progress(request);
  const stages = request.plan.length > 1 ? `, stage ${(current?.index ?? 0) + 1} of ${request.plan.length}` : '';
  const count = `${current?.approved ?? 0} of ${current?.stage.required ?? 1} approved${stages}`;
  const link = permalink(card);
  return section(
    `${whoAsks(request)} for ${strong(resource.path)} for ${sayDuration(askedSeconds)}`,
    `${KIND[resource.kind]} · risk ${risk} · ${count} · waits until ${when(waitsUntil)}`,
    `Why: ${escapeMrkdwn(justification, 200) || '–'}`,
    ...(link === null ? [] : [`<${link}|Open the card to decide>`]),
  );
}

function decidedBlocks(decided: HomeView['decided']): KnownBlock[] {
  if (decided.length === 0) return [];
  const lines = decided.map(({ request, kind, at }) => {
    const verb = kind === 'approve' ? 'approved' : 'denied';
    return `• You ${verb} ${strong(request.resource.path)} for ${mention(request.beneficiary.slack)}, ${when(at)}`;
  });
  return [header('You decided lately'), section(...lines)];
}
