import { SIGNATURES } from '../../domain/break-glass.ts';
import type { Alarm } from '../../domain/message.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { escapeMrkdwn } from './escape.ts';
import { leasesOf } from './facts.ts';
import { mention, section, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';

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
      return alarms.needsOperator;
  }
}

function alarmText({ alarms: say, glass, left }: Catalogue, alarm: Alarm): string {
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
    case 'clock_jumped':
      return say.clockJumped(alarm.seconds);
    case 'request_undeliverable':
      return say.undeliverable(escapeMrkdwn(alarm.requestId, 100), escapeMrkdwn(alarm.because, 1000));
  }
}
