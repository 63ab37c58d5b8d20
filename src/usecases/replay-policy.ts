import type { AuditEntry } from '../domain/audit.ts';
import type { Json } from '../domain/canonical.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { PastQuestion, PolicyAnswer } from '../domain/policy.ts';
import { pastRequests } from '../domain/policy-past.ts';
import type { PastRequest } from '../domain/policy-past.ts';
import type { PolicyRecord } from '../domain/policy-record.ts';
import { compare, filledIn } from '../domain/policy-replay.ts';
import type { Answered, Verdict } from '../domain/policy-replay.ts';
import { NOTHING_REPLAYED, counted } from '../domain/policy-tally.ts';
import type { Difference, ReplaySummary } from '../domain/policy-tally.ts';
import { whyNot } from './ask-policy.ts';
import { factsOf } from './past-facts.ts';
import type { PastCase, PastPorts } from './past-facts.ts';

/** So many rows are read at the same time. */
const AT_ONCE = 200;

export type ReplayPorts = PastPorts & {
  /** In order of `seq`, from the first one. */
  readonly entries: AsyncIterable<AuditEntry>;
  readonly decide: (question: PastQuestion) => PolicyAnswer;
  /** Whether a text contains a pattern. */
  readonly fits: (text: string, pattern: string) => boolean;
  readonly readRecord: (ruled: Json) => PolicyRecord | null;
};

/**
 * Puts every request since a time to another policy, and changes nothing. The whole audit is read, for what people held and
 * asked for is told by what was before.
 * @param since epoch ms
 * @param tell hears of each request that would have been decided differently, in order
 */
export async function replayPolicy(
  ports: ReplayPorts,
  since: EpochMs,
  tell: (difference: Difference) => Promise<void>,
): Promise<ReplaySummary> {
  const past = pastRequests();
  let summary = NOTHING_REPLAYED;
  let waiting: PastRequest[] = [];
  const judge = async (): Promise<void> => {
    const cases = await Promise.all(
      waiting.map(async (request) => ({ request, found: await factsOf(ports, request, ports.readRecord) })),
    );
    waiting = [];
    for (const { request, found } of cases) {
      if (found === null) {
        summary = { ...summary, requests: summary.requests + 1, untold: summary.untold + 1 };
        continue;
      }
      const verdict = verdictOf(ports, found);
      const about = aboutOf(request, found);
      summary = counted(summary, verdict, about);
      if (verdict.verdict === 'different') await tell({ ...about, now: verdict });
    }
  };
  const take = async (requests: readonly PastRequest[]): Promise<void> => {
    waiting.push(...requests.filter(({ at }) => at >= since));
    if (waiting.length >= AT_ONCE) await judge();
  };
  for await (const entry of ports.entries) await take(past.take(entry));
  await take(past.rest());
  await judge();
  return summary;
}

function verdictOf({ decide, fits }: Pick<ReplayPorts, 'decide' | 'fits'>, past: PastCase): Verdict {
  const { question, before, own } = past;
  const { justification, seconds } = question.request;
  const answered = (asked: PastQuestion): Answered => {
    const answer = decide(asked);
    const lacking = justification === null ? null : answer.tickets.filter((pattern) => !fits(justification, pattern));
    return { answer, denied: whyNot(answer, true), lacking };
  };
  const knows = { attributes: question.subject.attributes !== null, risk: question.resource.risk !== null };
  const known = answered(question);
  return compare(
    { door: question.kind, seconds, before, own, knows },
    isWhole(past) ? [known] : [known, answered(filledIn(question, past))],
  );
}

const isWhole = ({ knowsPerson, question: { request, resource } }: PastCase): boolean =>
  knowsPerson && request.justification !== null && resource.risk !== null && resource.roles !== null;

const aboutOf = ({ at, requestId }: PastRequest, { question, before, factsFrom }: PastCase) => ({
  ...{ at, requestId, before, factsFrom },
  door: question.kind,
  person: question.subject.username,
  requester: question.request.requester,
  path: question.resource.path,
  seconds: question.request.seconds,
});
