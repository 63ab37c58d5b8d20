import { isCard } from '../domain/message.ts';
import type { Notice, Posted } from '../domain/message.ts';
import type { RequestId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import { afterTheEnd } from './after-the-end.ts';
import { identifyAdmin } from './identify.ts';
import { partsOf } from './parts.ts';
import type { Ports } from './ports.ts';
import { auditPage } from './report-audit.ts';
import type { Words } from './views.ts';

/** A notice with every fact it needs, read at the time of sending; null when what it speaks of is gone. */
export async function wordsFor(ports: Ports, slack: SlackUser, notice: Notice): Promise<Words | null> {
  const { store } = ports;
  switch (notice.notice) {
    case 'refused':
      return { say: 'refused', refusal: notice.refusal, link: await linkOf(ports, notice.refusal) };
    case 'received':
    case 'asked_for_you':
    case 'decided': {
      const request = await store.request(notice.requestId);
      if (request === null) return null;
      const say = notice.notice;
      return request.bundle === null ? { say, request } : { say, request, bundle: await partsOf(ports, request) };
    }
    case 'your_signature':
    case 'waiting_for_keycloak': {
      const request = await store.request(notice.requestId);
      return request === null ? null : { say: notice.notice, request };
    }
    case 'stuck': {
      const request = await store.request(notice.requestId);
      return request === null ? null : { say: 'stuck', request, because: notice.because };
    }
    case 'question':
    case 'your_question':
    case 'answer':
    case 'your_answer': {
      const { notice: say, requestId, question: index } = notice;
      const request = await store.request(requestId);
      const question = request?.questions[index];
      if (request === null || question === undefined) return null;
      return { say, request, index, question, link: await newestCard(ports, requestId) };
    }
    case 'your_decision': {
      const request = await store.request(notice.requestId);
      const { kind, parts } = notice;
      return request === null
        ? null
        : { say: 'your_decision', request, kind, ...(parts === undefined ? {} : { parts }) };
    }
    case 'live': {
      const grant = await store.grant(notice.grantId);
      return grant?.state === 'live' ? { say: 'live', grant, effectiveUntil: notice.effectiveUntil } : null;
    }
    case 'ending_soon': {
      const grant = await store.grant(notice.grantId);
      const leftMs = grant?.state === 'live' && grant.endAsked === null ? grant.expiresAt - ports.clock.now() : 0;
      if (grant?.state !== 'live' || leftMs <= 0) return null;
      const again = await store.pendingRequest(grant.person.userId, grant.resource);
      return { say: 'ending_soon', grant, leftSeconds: Math.ceil(leftMs / 60_000) * 60, askedAgain: again !== null };
    }
    case 'ended': {
      const grant = await store.grant(notice.grantId);
      if (grant?.state !== 'ended') return null;
      const { slack: holder } = grant.person;
      const others = slackAttribute(holder) === slackAttribute(slack) ? {} : { holder };
      const { kept, tokensUntil } = notice;
      const left = {
        ...(await afterTheEnd(ports, grant, kept)),
        ...(tokensUntil === undefined ? {} : { tokensUntil }),
      };
      return { say: 'ended', grant, kept, ...left, ...others };
    }
    case 'digest':
      return { say: 'digest', digest: notice.digest };
    case 'ending':
      return { say: 'ending', path: notice.resource.path, count: notice.count };
    case 'ending_many':
      return { say: 'ending_many', holder: notice.holder, path: notice.path, count: notice.count };
    case 'audit_page':
      return auditPage(ports, notice.filter, notice.page);
    case 'audit_verified':
      return { say: 'audit_verified', entries: notice.entries, problem: notice.problem };
    case 'sign_in': {
      const signIn = await store.signIn(notice.signInId);
      const { publicUrl } = ports.settings;
      if (signIn === null || publicUrl === null) return null;
      const { id, purpose, expiresAt } = signIn;
      return { say: 'sign_in', purpose: purpose.purpose, url: `${publicUrl}/sign-in/${id}`, until: expiresAt };
    }
    case 'linked':
      return { say: 'linked', username: notice.username };
    case 'link_tried':
      return { say: 'link_tried', by: notice.by, username: notice.username };
    case 'unlinked':
      return { say: 'unlinked', username: notice.username, of: notice.of };
    case 'links':
      return { say: 'links', links: notice.links, more: notice.more };
    case 'your_gate_decision': {
      const gate = await store.gate(notice.gateId);
      return gate === null ? null : { say: 'your_gate_decision', gate, kind: notice.kind };
    }
    case 'gate_denied': {
      const gate = await store.gate(notice.gateId);
      return gate?.state === 'denied' ? { say: 'gate_denied', gate } : null;
    }
    case 'backchannel_refused':
      return { say: 'backchannel_refused', refused: notice.refused, username: notice.username };
    case 'explained':
      return { say: 'explained', explained: notice.explained };
    case 'my_access': {
      const [pending, open, tokenSeconds] = await Promise.all([
        store.pendingRequestsOf(slack),
        store.openGrantsOf(slack),
        ports.access.tokenSeconds(),
      ]);
      return { say: 'my_access', pending, open, tokenSeconds };
    }
    case 'help':
      return { say: 'help', admin: (await identifyAdmin(ports, slack)).ok };
  }
}

async function linkOf(ports: Ports, refusal: Refusal): Promise<Posted | null> {
  const id: RequestId | null = 'link' in refusal ? refusal.link : null;
  return id === null ? null : newestCard(ports, id);
}

async function newestCard(ports: Ports, id: RequestId): Promise<Posted | null> {
  const cards = (await ports.store.posted(id)).filter(isCard);
  return cards.at(-1) ?? null;
}
