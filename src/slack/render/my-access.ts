import type { KnownBlock } from '@slack/types';
import type { OpenGrant } from '../../domain/grant.ts';
import { progress } from '../../domain/request.ts';
import type { PendingRequest } from '../../domain/request.ts';
import type { Words } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { pendingBundle } from './bundle-words.ts';
import { extendButton, releaseButton, withdrawButton } from './buttons.ts';
import { afterTheEnd, forWhom, fromStart, GROUP_MAX, kindOf, whoDecides } from './facts.ts';
import { actions, context, fitting, header, section, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** What somebody holds and waits for: first what ends soonest. */
export function renderMyAccess(say: Catalogue, words: Extract<Words, { say: 'my_access' }>): Rendered {
  const open = leaseGroups(say, words.open);
  const pending = pendingGroups(say, words.pending);
  const shown = fitting([...open, ...pending], 3);
  const nothing = open.length + pending.length === 0;
  return {
    text: nothing ? say.mine.nothing : say.mine.summary(open.length, words.pending.length),
    blocks: [
      header(say.mine.title),
      ...(nothing ? [section(say.mine.nothing)] : shown.blocks),
      ...andMore(say, shown.left),
      ...(open.length === 0 ? [] : contextOf(afterTheEnd(say, words.tokenSeconds, words.open.map(withoutSessions)))),
    ],
  };
}

const withoutSessions = ({ resource }: OpenGrant) => ({ resource, endSessions: false });

/** Each lease with its buttons, first what ends soonest. */
export const leaseGroups = (say: Catalogue, open: readonly OpenGrant[]) =>
  open.toSorted((a, b) => endOf(a) - endOf(b)).map((grant) => grantBlocks(say, grant));

/** Each pending request with its button, in the order given; of a bundle all parts together. */
export const pendingGroups = (say: Catalogue, pending: readonly PendingRequest[]) =>
  [...Map.groupBy(pending, ({ id, bundle }) => bundle?.id ?? id).values()].flatMap((same) =>
    same.length > 1 && same[0]?.bundle !== null
      ? [pendingBundle(say, same.toSorted(byPart))]
      : same.map((one): KnownBlock[] => pendingBlocks(say, one)),
  );

const byPart = (a: PendingRequest, b: PendingRequest): number => (a.bundle?.part ?? 0) - (b.bundle?.part ?? 0);

export const andMore = (say: Catalogue, left: number) => (left === 0 ? [] : [context(say.common.andMore(left))]);

const contextOf = (text: string) => (text === '' ? [] : [context(text)]);

const endOf = (grant: OpenGrant): number => grant.expiresAt ?? Number.MAX_SAFE_INTEGER;

function grantBlocks(say: Catalogue, grant: OpenGrant) {
  const { id, resource, leaseSeconds } = grant;
  const state =
    grant.endAsked !== null
      ? say.mine.ending
      : grant.state === 'live'
        ? say.mine.live(when(say, grant.expiresAt))
        : grant.startsAt === null
          ? say.mine.notLiveYet
          : say.holding.approvedToBegin(when(say, grant.startsAt));
  const facts = section(
    `${strong(resource.path)} · ${state}`,
    `${kindOf(say, resource)} · ${say.mine.leaseOf(leaseSeconds)}`,
  );
  if (grant.endAsked !== null) return [facts];
  const release = releaseButton(say, id, resource.path);
  return [facts, actions(grant.state === 'live' ? [release, extendButton(say, id, resource.path)] : [release])];
}

function pendingBlocks(say: Catalogue, request: PendingRequest) {
  const { resource, askedSeconds, waitsUntil } = request;
  const current = progress(request);
  const group = current === null ? null : whoDecides(say, request, current.stage, GROUP_MAX);
  const line = say.mine.waiting(strong(resource.path), forWhom(request), group, when(say, waitsUntil));
  const asked = `${kindOf(say, resource)} · ${say.mine.askedFor(askedSeconds)}${fromStart(say, request)}`;
  return [{ ...section(line, asked), accessory: withdrawButton(say, request.id, resource.path) }];
}
