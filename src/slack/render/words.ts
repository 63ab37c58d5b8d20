import type { Posted } from '../../domain/message.ts';
import { sayDuration } from '../../domain/duration.ts';
import type { Words } from '../../usecases/views.ts';
import type { AccessRequest } from '../../domain/request.ts';
import { renderAuditPage } from './audit-page.ts';
import { extendButton, releaseButton, withdrawButton } from './buttons.ts';
import { renderPersonDigest } from './digest.ts';
import { escapeMrkdwn } from './escape.ts';
import { ENDED, endedLeases, forWhom, groupName } from './facts.ts';
import { renderMyAccess } from './my-access.ts';
import { actions, mention, section, strong, when, whenExactly } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { renderQuestion } from './question.ts';
import { refusalText } from './refusal-text.ts';

/** Seconds: the end of a shorter lease is told to the second. */
const TO_THE_SECOND_BELOW = 300;

/** The address of a message, for a link; null while the workspace's address is unknown. */
export type Permalink = (posted: Posted) => string | null;

/** Words to one person in private. */
export function renderWords(words: Words, permalink: Permalink): Rendered {
  switch (words.say) {
    case 'refused':
      return said(refusalText(words.refusal, words.link === null ? null : permalink(words.link)));
    case 'received':
      return received(words.request);
    case 'asked_for_you':
      return said(askedForYou(words.request));
    case 'decided':
      return said(decided(words.request));
    case 'your_decision':
      return said(yourDecision(words.request, words.kind));
    case 'question':
    case 'your_question':
    case 'answer':
    case 'your_answer':
      return renderQuestion(words, words.link === null ? null : permalink(words.link));
    case 'waiting_for_keycloak':
      return said(
        `${strong(words.request.resource.path)} is approved. Keycloak is not answering, so it is not live yet. I keep trying and will tell you here.`,
      );
    case 'live': {
      const { id, resource, expiresAt, leaseSeconds } = words.grant;
      const at = leaseSeconds < TO_THE_SECOND_BELOW ? whenExactly : when;
      const tokens =
        words.effectiveUntil > expiresAt
          ? ` Applications may accept tokens issued before the end until ${at(words.effectiveUntil)}.`
          : '';
      const text = `You have ${strong(resource.path)} until ${at(expiresAt)} (${sayDuration(leaseSeconds)}). If an application does not see it yet, sign in again there.${tokens}`;
      return {
        text,
        blocks: [section(text), actions([releaseButton(id, resource.path), extendButton(id, resource.path)])],
      };
    }
    case 'ending_soon': {
      const { id, resource, expiresAt } = words.grant;
      const end = `${strong(resource.path)} ends in *${sayDuration(words.leftSeconds)}*, ${when(expiresAt)}.`;
      const release = releaseButton(id, resource.path);
      if (words.askedAgain) {
        const text = `${end} You have asked for more time, and nobody has decided yet.`;
        return { text, blocks: [section(text), actions([release])] };
      }
      const text = `${end} Extend asks the approvers for as long again; nothing is interrupted while they decide.`;
      return { text, blocks: [section(text), actions([extendButton(id, resource.path), release])] };
    }
    case 'ended':
      return said(endedWords(words));
    case 'digest':
      return renderPersonDigest(words.digest);
    case 'ending':
      return said(
        `I am taking ${strong(words.path)} away now${words.count > 1 ? ` (${words.count} leases)` : ''}. The card shows when it is gone.`,
      );
    case 'ending_many':
      return said(`I am ending ${endedLeases(words)} now. The cards show when the access is gone.`);
    case 'audit_page':
      return renderAuditPage(words);
    case 'audit_verified':
      return said(
        words.problem === null
          ? `The audit is whole: ${words.entries} entries, each chained to the one before.`
          : `The audit does not hold: ${escapeMrkdwn(words.problem, 1000)}. ${words.entries} entries were read. Tell the operator, and keep the database as it is.`,
      );
    case 'my_access':
      return renderMyAccess(words);
    case 'help':
      return said(help(words.admin));
  }
}

const said = (text: string): Rendered => ({ text, blocks: [section(text)] });

/** What one can type, a line for each. */
const help = (admin: boolean): string =>
  [
    'What you can type:',
    '• `/request-access`  a form to ask for access',
    '• `/request-access production-read 2h INC-42 debugging`  the same in one line: access, duration, justification',
    '• `/access`  what you hold and wait for, with Release, Extend and Withdraw; my *Home* tab shows it, too, and what waits for your decision',
    ...(admin
      ? [
          "• `/access revoke @person production-read`  end somebody's lease now; `everything` ends all of that person",
          "• `/access revoke everyone production-read`  end everybody's leases on it; `/access revoke everything` asks first",
          '• `/access-audit`  the latest entries; narrow with @person, a part of a path, `since:7d`, `until:2d`, `state:live`',
          '• `/access-audit csv`  the same as a file; `/access-audit verify`  whether the record is whole',
        ]
      : []),
  ].join('\n');

function received(request: AccessRequest): Rendered {
  const stages = request.plan.map((stage) => `${stage.required} from ${groupName(stage.groupPath)}`).slice(0, 3);
  const text = `Your request for ${strong(request.resource.path)}${forWhom(request)} for ${sayDuration(request.askedSeconds)} is with the approvers. Needed: ${stages.join(', then ')}. It waits until ${when(request.waitsUntil)}; I will write to you when it is decided.`;
  return { text, blocks: [section(text), actions([withdrawButton(request.id, request.resource.path)])] };
}

function endedWords({ grant, kept, askedAgain, holder }: Extract<Words, { say: 'ended' }>): string {
  const { resource, endedAt, endedBy } = grant;
  const on = `on ${strong(resource.path)} ended ${when(endedAt)}`;
  if (holder !== undefined) return `The lease of ${mention(holder)} ${on}: ${ENDED[endedBy]}.`;
  const end = `Your lease ${on}: ${endedBy === 'release' ? 'you released it' : ENDED[endedBy]}.`;
  if (kept) return `${end} You keep the access, because another lease on it still runs or because you had it before.`;
  const again = askedAgain
    ? ' You have asked for it again: if that is approved, you get it back, and I will write to you here.'
    : '';
  return `${end} The access is gone.${again}`;
}

/** Somebody asked on behalf of this person. */
function askedForYou(request: AccessRequest): string {
  const why = escapeMrkdwn(request.justification, 2000);
  return `${mention(request.requester.slack)} asked for ${strong(request.resource.path)} for you, for ${sayDuration(request.askedSeconds)}: ${why}\nYou need not do anything; I will write to you when it is decided.`;
}

function decided(request: AccessRequest): string {
  const what = `${strong(request.resource.path)}${forWhom(request)}`;
  switch (request.state) {
    case 'approved': {
      const shortened =
        request.leaseSeconds < request.askedSeconds ? `, shortened from ${sayDuration(request.askedSeconds)}` : '';
      return `${what} is approved for ${sayDuration(request.leaseSeconds)}${shortened}. I am making it live now.`;
    }
    case 'denied': {
      const comment = escapeMrkdwn(request.denial.comment ?? '', 2000);
      return `${mention(request.denial.by.slack)} denied ${what}${comment === '' ? '. Talk to them, or ask again with more words.' : `: ${comment}`}`;
    }
    case 'expired':
      return `Nobody decided about ${what} in time, so the request is over. Ask again if you still need it.`;
    case 'withdrawn':
      return `Your request for ${what} is withdrawn. Nothing was given.`;
    case 'pending':
      return `Your request for ${what} has changed in Keycloak and is asked anew; earlier approvals no longer count.`;
  }
}

function yourDecision(request: AccessRequest, kind: 'approve' | 'deny'): string {
  const what = `${strong(request.resource.path)} for ${mention(request.beneficiary.slack)}`;
  if (kind === 'deny') return `You denied ${what}.`;
  return request.state === 'pending'
    ? `Your approval of ${what} counts. More approvals are needed before it goes live.`
    : `You approved ${what}. The card shows when it is live.`;
}
