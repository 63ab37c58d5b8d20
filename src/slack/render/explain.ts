import type { Explained, ExplainedStage } from '../../domain/explained.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName } from './facts.ts';
import { mention, packed, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { reasonText } from './reason-text.ts';
import { refusalText } from './refusal-text.ts';

const REASONS_MAX = 30;

/** What would become of a request, for whoever wants to know. */
export function renderExplained(say: Catalogue, explained: Explained): Rendered {
  const lines = explainedLines(say, explained);
  return { text: verdict(say, explained), blocks: packed(say, lines, 45) };
}

/** A fact a line: first what would happen, then who would decide, then which rules say so. */
export function explainedLines(say: Catalogue, explained: Explained): readonly string[] {
  const refusals = explained.verdict === 'refused' ? explained.refusals : [];
  return [
    verdict(say, explained),
    ...refusals.map((refusal) => say.explain.answer(refusalText(say, refusal, null))),
    ...explained.stages.map((stage, index) => stageLine(say, stage, index + 1)),
    say.explain.longest(explained.maxSeconds),
    ...(explained.stepUp ?? []).map((acr) => say.explain.stepUp(escapeMrkdwn(acr, 100))),
    ...explained.tickets.map((pattern) => say.explain.ticket(escapeMrkdwn(pattern, 1000))),
    ...policyLines(say, explained.policy),
  ];
}

function verdict({ explain: say }: Catalogue, { verdict: comes, person, path, askedSeconds }: Explained): string {
  const sentence = { at_once: say.atOnce, approval: say.approval, refused: say.refused }[comes];
  return sentence(mention(person.slack), strong(path), askedSeconds);
}

function stageLine({ explain: say }: Catalogue, { by, required, able }: ExplainedStage, stage: number): string {
  if ('manager' in by) return say.managerStage(stage, escapeMrkdwn(by.manager, 200), able);
  return say.groupStage(stage, required, groupName(by.group), able);
}

function policyLines(say: Catalogue, policy: Explained['policy']): readonly string[] {
  const { explain } = say;
  if (policy === 'none') return [explain.noPolicy];
  if (policy === 'not_asked') return [explain.notAsked];
  const { id, reasons } = policy;
  const shown = reasons.slice(0, REASONS_MAX).map(({ rule, effect, because }) => {
    const name = rule === null ? null : escapeMrkdwn(rule, 300);
    return explain.rule(
      name,
      escapeMrkdwn(effect, 40),
      because === null ? null : reasonText(say, because, escapeMrkdwn),
    );
  });
  const rest = reasons.length - shown.length;
  return [
    ...(shown.length === 0 ? [explain.noRule] : shown),
    ...(rest > 0 ? [say.common.andMore(rest)] : []),
    explain.decision(escapeMrkdwn(id, 100)),
  ];
}
