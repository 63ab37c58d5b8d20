import type { KnownBlock } from '@slack/types';
import { groupPathOf } from '../../domain/plan.ts';
import type { AccessRequest, PendingRequest } from '../../domain/request.ts';
import { progress } from '../../domain/request.ts';
import type { Refusal, RefusedPart } from '../../domain/refusal.ts';
import type { Words } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { withdrawButton } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import { forWhom, whoDecides } from './facts.ts';
import { actions, bold, mention, section, shownOrNull, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** So many UTF-16 units of a path or group, that all parts of a bundle fit one section. */
const PATH_MAX = 120;
const GROUPS_MAX = 5;
/** UTF-16 units for reasons, of the 3,000 of a section. */
const REASONS_MAX = 2600;

const named = (path: string): Ready => bold(path, PATH_MAX);
const groupOf = (path: string): Ready => escapeMrkdwn(path, PATH_MAX);

/** What a bundle has come to, to the one who asked or the one it is for. */
export function bundleWords(
  say: Catalogue,
  words: Extract<Words, { say: 'received' | 'asked_for_you' | 'decided' }>,
  all: readonly AccessRequest[],
): Rendered {
  const { request } = words;
  const parts = all.map(({ resource }) => named(resource.path));
  switch (words.say) {
    case 'received': {
      const groups = neededFrom(all);
      const text = say.bundle.received({
        parts,
        who: forWhom(request),
        seconds: request.askedSeconds,
        stages: groups.slice(0, GROUPS_MAX),
        rest: Math.max(0, groups.length - GROUPS_MAX),
        until: when(say, request.waitsUntil),
      });
      const withdraw = withdrawButton(say, request.id, say.bundle.accesses(all.length));
      return { text, blocks: [section(text), actions([withdraw])] };
    }
    case 'asked_for_you': {
      const why = escapeMrkdwn(request.justification, 1000);
      return said(say.bundle.askedForYou(mention(request.requester.slack), parts, request.askedSeconds, why));
    }
    case 'decided':
      return said(decided(say, request, parts, all));
  }
}

const said = (text: string): Rendered => ({ text, blocks: [section(text)] });

/** How many approvals at most one part needs from each group. */
function neededFrom(
  all: readonly AccessRequest[],
): readonly { readonly required: number; readonly group: Ready | null }[] {
  const groups = new Map<string | null, number>();
  for (const stage of all.flatMap(({ plan }) => plan)) {
    const path = groupPathOf(stage);
    groups.set(path, Math.max(groups.get(path) ?? 0, stage.required));
  }
  return [...groups].map(([path, required]) => ({ required, group: path === null ? null : groupOf(path) }));
}

function decided(
  say: Catalogue,
  request: AccessRequest,
  parts: readonly Ready[],
  all: readonly AccessRequest[],
): string {
  const who = forWhom(request);
  switch (request.state) {
    case 'approved': {
      const leases = all.flatMap((part) => (part.state === 'approved' ? [part.leaseSeconds] : []));
      const least = Math.min(request.leaseSeconds, ...leases);
      const asked = Math.max(...all.map(({ askedSeconds }) => askedSeconds));
      return say.bundle.approved(
        parts,
        who,
        least,
        asked,
        leases.some((seconds) => seconds > least),
      );
    }
    case 'denied': {
      const { by, comment } = request.denial;
      return say.bundle.denied(mention(by.slack), parts, who, shownOrNull(comment ?? '', 1000));
    }
    case 'expired':
      return say.bundle.expired(parts, who);
    case 'withdrawn':
      return request.leaver === undefined
        ? say.bundle.withdrawn(parts, who)
        : `${say.bundle.withdrawn(parts, who)} ${say.left.line(mention(request.leaver.slack))}`;
    case 'pending':
      return say.bundle.waits(parts, who);
  }
}

/** What somebody's decision on parts of a bundle did, and what it could not. */
export function yourBundleDecision(
  say: Catalogue,
  { request, kind }: Extract<Words, { say: 'your_decision' }>,
  parts: NonNullable<Extract<Words, { say: 'your_decision' }>['parts']>,
  reason: (refusal: Refusal) => string,
): Rendered {
  const who = mention(request.beneficiary.slack);
  const names = parts.decided.map(named);
  const count = request.bundle?.parts ?? names.length;
  const first =
    kind === 'deny'
      ? say.bundle.youDenied(names, who, count)
      : request.state === 'pending'
        ? say.bundle.yourApprovalCounts(names, who, count)
        : say.bundle.youApproved(names, who);
  return {
    text: first,
    blocks: [
      section(first),
      ...(parts.refused.length === 0 ? [] : [section(...reasonLines(say, parts.refused, reason))]),
    ],
  };
}

/** A line for each part that was refused, as many as fit a section. */
export function reasonLines(
  say: Catalogue,
  parts: readonly RefusedPart[],
  reason: (refusal: Refusal) => string,
): readonly string[] {
  const lines: string[] = [];
  let room = REASONS_MAX;
  for (const { path, refusal } of parts) {
    const line = `• ${named(path)}: ${reason(refusal)}`;
    room -= line.length + 1;
    if (room < 0) return [...lines, say.common.andMore(parts.length - lines.length)];
    lines.push(line);
  }
  return lines;
}

/** One bundle in the list of what somebody waits for: each part with how it stands, one button for all. */
export function pendingBundle(say: Catalogue, parts: readonly PendingRequest[]): KnownBlock[] {
  const [first] = parts;
  if (first === undefined) return [];
  const lines = parts.map((part) => {
    const current = progress(part);
    return say.bundle.partWaits(
      named(part.resource.path),
      current === null ? null : whoDecides(say, part, current.stage, PATH_MAX),
    );
  });
  const rest = say.bundle.together(forWhom(first), first.askedSeconds, when(say, first.waitsUntil));
  const withdraw = withdrawButton(say, first.id, say.bundle.accesses(parts.length));
  return [{ ...section(...lines, rest), accessory: withdraw }];
}
