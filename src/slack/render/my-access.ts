import { sayDuration } from '../../domain/duration.ts';
import type { OpenGrant } from '../../domain/grant.ts';
import { progress } from '../../domain/request.ts';
import type { PendingRequest } from '../../domain/request.ts';
import type { Words } from '../../usecases/views.ts';
import { extendButton, releaseButton, withdrawButton } from './buttons.ts';
import { afterTheEnd, forWhom, groupName, KIND } from './facts.ts';
import { actions, context, fitting, header, section, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** What somebody holds and waits for: first what ends soonest. */
export function renderMyAccess(words: Extract<Words, { say: 'my_access' }>): Rendered {
  const open = leaseGroups(words.open);
  const pending = pendingGroups(words.pending);
  const shown = fitting([...open, ...pending], 3);
  const nothing = open.length + pending.length === 0;
  return {
    text: nothing
      ? 'You hold no lease and wait for none. Ask with /request-access.'
      : `You hold ${counted(open.length, 'lease')} and wait for ${counted(pending.length, 'decision')}.`,
    blocks: [
      header('Your access'),
      ...(nothing ? [section('You hold no lease and wait for none. Ask with /request-access.')] : shown.blocks),
      ...andMore(shown.left),
      ...(open.length === 0 ? [] : contextOf(afterTheEnd(words.tokenSeconds, false))),
    ],
  };
}

/** Each lease with its buttons, first what ends soonest. */
export const leaseGroups = (open: readonly OpenGrant[]) =>
  open.toSorted((a, b) => endOf(a) - endOf(b)).map((grant) => grantBlocks(grant));

/** Each pending request with its button, in the order given. */
export const pendingGroups = (pending: readonly PendingRequest[]) => pending.map((request) => pendingBlocks(request));

export const andMore = (left: number) => (left === 0 ? [] : [context(`and ${left} more`)]);

const contextOf = (text: string) => (text === '' ? [] : [context(text)]);

const counted = (count: number, word: string): string =>
  `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`;

const endOf = (grant: OpenGrant): number => grant.expiresAt ?? Number.MAX_SAFE_INTEGER;

function grantBlocks(grant: OpenGrant) {
  const { id, resource, leaseSeconds } = grant;
  const state =
    grant.endAsked !== null
      ? 'is being taken away'
      : grant.state === 'live'
        ? `live until ${when(grant.expiresAt)}`
        : 'approved, not live yet';
  const facts = section(
    `${strong(resource.path)} · ${state}`,
    `${KIND[resource.kind]} · lease of ${sayDuration(leaseSeconds)}`,
  );
  if (grant.endAsked !== null) return [facts];
  const release = releaseButton(id, resource.path);
  return [facts, actions(grant.state === 'live' ? [release, extendButton(id, resource.path)] : [release])];
}

function pendingBlocks(request: PendingRequest) {
  const current = progress(request);
  const who = current === null ? '' : ` for ${groupName(current.stage.groupPath)}`;
  const line = `${strong(request.resource.path)}${forWhom(request)} · waiting${who} until ${when(request.waitsUntil)}`;
  const asked = `${KIND[request.resource.kind]} · asked for ${sayDuration(request.askedSeconds)}`;
  return [{ ...section(line, asked), accessory: withdrawButton(request.id, request.resource.path) }];
}
