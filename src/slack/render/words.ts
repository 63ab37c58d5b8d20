import type { Button } from '@slack/types';
import { isTaken } from '../../domain/break-glass.ts';
import type { Posted } from '../../domain/message.ts';
import { groupPathOf } from '../../domain/plan.ts';
import type { EndingSoonWords, LiveWords, Words } from '../../usecases/views.ts';
import { beginsAt } from '../../domain/request.ts';
import type { AccessRequest } from '../../domain/request.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { renderAuditPage } from './audit-page.ts';
import { signedIt, tookIt } from './break-glass.ts';
import { bundleWords, yourBundleDecision } from './bundle-words.ts';
import { againButton, extendButton, releaseButton, withdrawButton } from './buttons.ts';
import { renderPersonDigest } from './digest.ts';
import { endedWords } from './ended.ts';
import { escapeMrkdwn } from './escape.ts';
import { renderExplained } from './explain.ts';
import { forWhom, groupOrNull, isToBegin, leasesOf, whenLeased } from './facts.ts';
import { backchannelRefused, gateDenied, yourGateDecision } from './gate-words.ts';
import { renderLinks, signInText } from './links.ts';
import { renderMyAccess } from './my-access.ts';
import { actions, mention, section, shownOrNull, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { renderQuestion } from './question.ts';
import { refusalText } from './refusal-text.ts';
import { endedParts, endingSoonParts, liveParts } from './together.ts';

/** The address of a message, for a link; null while the workspace's address is unknown. */
export type Permalink = (posted: Posted) => string | null;

/** Words to one person in private, in that person's language. */
export function renderWords(say: Catalogue, words: Words, permalink: Permalink): Rendered {
  switch (words.say) {
    case 'refused':
      return said(refusalText(say, words.refusal, words.link === null ? null : permalink(words.link)));
    case 'received':
      return words.bundle === undefined ? received(say, words.request) : bundleWords(say, words, words.bundle);
    case 'asked_for_you':
      return words.bundle === undefined ? said(askedForYou(say, words.request)) : bundleWords(say, words, words.bundle);
    case 'decided': {
      const { id, state, resource } = words.request;
      if (words.bundle !== undefined) return bundleWords(say, words, words.bundle);
      const isOver = state === 'denied' || state === 'expired';
      return said(decided(say, words.request), isOver ? [againButton(say, id, resource.path)] : []);
    }
    case 'stuck': {
      const { request, because } = words;
      const why = refusalText(say, because, null);
      return said(say.person.stuck(strong(request.resource.path), forWhom(request), why));
    }
    case 'your_decision':
      return words.parts === undefined
        ? said(yourDecision(say, words.request, words.kind))
        : yourBundleDecision(say, words, words.parts, (refusal) => refusalText(say, refusal, null));
    case 'your_signature':
      return said(signedIt(say, words.request));
    case 'question':
    case 'your_question':
    case 'answer':
    case 'your_answer':
      return renderQuestion(say, words, words.link === null ? null : permalink(words.link));
    case 'waiting_for_keycloak':
      return said(say.person.waitingForKeycloak(strong(words.request.resource.path)));
    case 'live':
      return live(say, words);
    case 'ending_soon':
      return endingSoon(say, words);
    case 'ended':
      return said(
        endedWords(say, words),
        words.askedAgain ? [] : [againButton(say, words.grant.requestId, words.grant.resource.path)],
      );
    case 'parts_live':
      return liveParts(say, words.parts);
    case 'parts_ending_soon':
      return endingSoonParts(say, words.parts);
    case 'parts_ended':
      return endedParts(say, words.parts);
    case 'digest':
      return renderPersonDigest(say, words.digest);
    case 'ending':
      return said(say.person.ending(strong(words.path), words.count));
    case 'ending_many':
      return said(say.person.endingMany(leasesOf(words)));
    case 'audit_page':
      return renderAuditPage(say, words);
    case 'audit_verified':
      return said(
        words.problem === null
          ? say.person.auditWhole(words.entries)
          : say.person.auditBroken(escapeMrkdwn(words.problem, 1000), words.entries),
      );
    case 'my_access':
      return renderMyAccess(say, words);
    case 'sign_in':
      return said(signInText(say, words));
    case 'linked':
      return said(say.links.linked(escapeMrkdwn(words.username, 150)));
    case 'link_tried':
      return said(say.links.tried(mention(words.by), escapeMrkdwn(words.username, 150)));
    case 'unlinked': {
      const username = escapeMrkdwn(words.username, 150);
      return said(
        words.of === null ? say.links.unlinked(username) : say.links.unlinkedThem(mention(words.of), username),
      );
    }
    case 'links':
      return renderLinks(say, words);
    case 'your_gate_decision':
      return said(yourGateDecision(say, words));
    case 'gate_denied':
      return said(gateDenied(say, words));
    case 'backchannel_refused':
      return said(backchannelRefused(say, words));
    case 'explained':
      return renderExplained(say, words.explained);
    case 'help':
      return said([...say.person.help, say.glass.help, ...(words.admin ? say.person.helpForAdmins : [])].join('\n'));
  }
}

const said = (text: string, buttons: readonly Button[] = []): Rendered => ({
  text,
  blocks: [section(text), ...(buttons.length === 0 ? [] : [actions(buttons)])],
});

function received(say: Catalogue, request: AccessRequest): Rendered {
  const { id, resource, plan, askedSeconds, waitsUntil } = request;
  const needed = say.person.received({
    what: strong(resource.path),
    who: forWhom(request),
    seconds: askedSeconds,
    stages: plan.slice(0, 3).map((stage) => ({ required: stage.required, group: groupOrNull(groupPathOf(stage)) })),
    until: when(say, waitsUntil),
  });
  const text = `${needed}${isToBegin(say, request)}`;
  return { text, blocks: [section(text), actions([withdrawButton(say, id, resource.path)])] };
}

function live(say: Catalogue, { grant, effectiveUntil }: LiveWords): Rendered {
  const { id, resource, expiresAt, leaseSeconds } = grant;
  const tokenSeconds = Math.max(0, Math.round((effectiveUntil - expiresAt) / 1000));
  const tokensUntil = effectiveUntil > expiresAt ? whenLeased(say, grant, effectiveUntil) : null;
  const [what, until] = [strong(resource.path), whenLeased(say, grant, expiresAt)];
  const text =
    resource.inToken === true
      ? say.tokens.live(what, until, leaseSeconds)
      : say.person.live(what, until, leaseSeconds, tokensUntil, tokenSeconds);
  const buttons = [releaseButton(say, id, resource.path), extendButton(say, id, resource.path)];
  return { text, blocks: [section(text), actions(buttons)] };
}

function endingSoon(say: Catalogue, words: EndingSoonWords): Rendered {
  const { id, resource, expiresAt } = words.grant;
  const end = say.person.endsSoon(strong(resource.path), words.leftSeconds, when(say, expiresAt));
  const release = releaseButton(say, id, resource.path);
  const [more, buttons] = words.askedAgain
    ? [say.person.askedForMore, [release]]
    : [say.person.extendAsks, [extendButton(say, id, resource.path), release]];
  const text = `${end} ${more}`;
  return { text, blocks: [section(text), actions(buttons)] };
}

/** Somebody asked on behalf of this person. */
function askedForYou(say: Catalogue, request: AccessRequest): string {
  const { requester, resource, askedSeconds, justification } = request;
  const why = escapeMrkdwn(justification, 2000);
  const asked = say.person.askedForYou(mention(requester.slack), strong(resource.path), askedSeconds, why);
  return `${asked}${isToBegin(say, request)}`;
}

function decided(words: Catalogue, request: AccessRequest): string {
  const { person: say, holding } = words;
  const [what, who] = [strong(request.resource.path), forWhom(request)];
  switch (request.state) {
    case 'approved': {
      if (isTaken(request)) return tookIt(words, request);
      const begins = beginsAt(request);
      const next = begins === null ? holding.goesLiveNow : holding.begins(when(words, begins));
      if (request.plan.length === 0) return say.allowed(what, who, request.leaseSeconds, next);
      return say.approved(what, who, request.leaseSeconds, request.askedSeconds, next);
    }
    case 'denied': {
      const { by, comment } = request.denial;
      return say.denied(mention(by.slack), what, who, shownOrNull(comment ?? '', 2000));
    }
    case 'expired':
      return say.expired(what, who);
    case 'withdrawn':
      return request.leaver === undefined
        ? say.withdrawn(what, who)
        : words.left.told(what, mention(request.leaver.slack));
    case 'pending':
      return say.reopened(what, who);
  }
}

function yourDecision({ person: say }: Catalogue, request: AccessRequest, kind: 'approve' | 'deny'): string {
  const [what, who] = [strong(request.resource.path), mention(request.beneficiary.slack)];
  if (kind === 'deny') return say.youDenied(what, who);
  return request.state === 'pending' ? say.yourApprovalCounts(what, who) : say.youApproved(what, who);
}
