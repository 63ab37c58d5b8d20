import { SIGNATURES } from '../../domain/break-glass.ts';
import type { Alarm, Undeliverable } from '../../domain/message.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName, leasesOf } from './facts.ts';
import { mention, section, shown, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { reasonText } from './reason-text.ts';

/** What an operator has to know, and what to do about it. */
export function renderAlarm(words: Catalogue, alarm: Alarm): Rendered {
  const text = alarmText(words, alarm);
  return { text, blocks: [section(heading(words, alarm.alarm), text)] };
}

function heading({ alarms, glass, left }: Catalogue, alarm: Alarm['alarm']): string {
  switch (alarm) {
    case 'revoked_widely':
      return alarms.leasesRevoked;
    case 'glass_broken':
      return glass.alarmTitle;
    case 'left':
      return left.alarmTitle;
    case 'held':
    case 'failing':
    case 'orphan':
    case 'mass_drift':
    case 'clock_jumped':
    case 'request_undeliverable':
    case 'policy_wrong':
    case 'policy_broken':
    case 'link_disagrees':
      return alarms.needsOperator;
    case 'policy_changed':
      return alarms.policyTitle;
  }
}

function alarmText(words: Catalogue, alarm: Alarm): string {
  const { alarms: say, glass, left } = words;
  switch (alarm.alarm) {
    case 'held':
      return say.held(strong(alarm.resource.path), strong(alarm.username), escapeMrkdwn(alarm.because, 1000));
    case 'failing':
      return say.failing(strong(alarm.resource.path), strong(alarm.username), alarm.failures);
    case 'orphan': {
      const [what, who] = [strong(alarm.resource.path), strong(alarm.username)];
      return alarm.removed ? say.orphanRemoved(what, who) : say.orphanKept(what, who);
    }
    case 'mass_drift':
      return say.massDrift(alarm.count, alarm.open);
    case 'revoked_widely':
      return say.revokedWidely(mention(alarm.by.slack), leasesOf(alarm));
    case 'glass_broken':
      return glass.alarm(mention(alarm.by.slack), strong(alarm.path), alarm.leaseSeconds, SIGNATURES);
    case 'left':
      return left.alarm(mention(alarm.who), alarm.because === 'guest', alarm.leases, alarm.requests);
    case 'policy_changed':
      return say.policyChanged(shown(alarm.source, 300));
    case 'policy_wrong':
      return say.policyWrong(shown(alarm.source, 300), shown(alarm.problem, 1500));
    case 'policy_broken':
      return say.policyBroken(shown(alarm.rule, 100), reasonText(words, alarm.because, shown));
    case 'link_disagrees':
      return say.linkDisagrees(strong(alarm.person.username), mention(alarm.person.slack), shown(alarm.attribute, 100));
    case 'clock_jumped':
      return say.clockJumped(alarm.seconds);
    case 'request_undeliverable':
      return say.undeliverable(escapeMrkdwn(alarm.requestId, 100), whyUndeliverable(words, alarm.because));
  }
}

/** Alarms stored before reasons were data have a text in its place. */
function whyUndeliverable({ alarms: say }: Catalogue, because: Undeliverable | string): string {
  if (typeof because === 'string') return shown(because, 1000);
  switch (because.why) {
    case 'refused':
      return say.slackRefuses(shown(because.code, 200));
    case 'no_channel':
      return because.group === null ? say.noManager : say.noChannel(groupName(because.group));
    case 'escalated_nowhere':
      return say.escalatedNowhere;
  }
}
