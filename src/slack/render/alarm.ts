import { sayDuration } from '../../domain/duration.ts';
import type { Alarm } from '../../domain/message.ts';
import { escapeMrkdwn } from './escape.ts';
import { endedLeases } from './facts.ts';
import { mention, section, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** What an operator has to know, and what to do about it. */
export function renderAlarm(alarm: Alarm): Rendered {
  const text = alarmText(alarm);
  const heading = alarm.alarm === 'revoked_widely' ? '*Leases revoked*' : '*Needs an operator*';
  return { text, blocks: [section(heading, text)] };
}

function alarmText(alarm: Alarm): string {
  switch (alarm.alarm) {
    case 'held':
      return `I cannot keep ${strong(alarm.resource.path)} of ${strong(alarm.username)} right: ${escapeMrkdwn(alarm.because, 1000)}. Run \`leasehold doctor\`; I keep trying.`;
    case 'failing':
      return `${strong(alarm.resource.path)} of ${strong(alarm.username)}: ${alarm.failures} tries in a row failed. I keep trying; look at Keycloak.`;
    case 'orphan':
      return alarm.removed
        ? `${strong(alarm.username)} had ${strong(alarm.resource.path)} from me without a lease. I removed it; find out how it came to be.`
        : `${strong(alarm.username)} has ${strong(alarm.resource.path)} without a lease, and I cannot prove that it is mine. Remove it in Keycloak if nobody vouches for it.`;
    case 'mass_drift':
      return `${alarm.count} of ${alarm.open} open leases are missing in Keycloak at once, so I ended none of them. Look whether the realm was restored or I read the wrong one.`;
    case 'revoked_widely':
      return `${mention(alarm.by.slack)} revoked ${endedLeases(alarm)}. The access is being taken away now; /access-audit shows each step.`;
    case 'clock_jumped':
      return `The clock of my machine jumped by ${sayDuration(Math.abs(Math.round(alarm.seconds))) || 'less than a second'} ${alarm.seconds < 0 ? 'back' : 'ahead'}. Leases end on time; check its time service.`;
    case 'request_undeliverable':
      return `A request waits and nobody can see it: ${escapeMrkdwn(alarm.because, 1000)}. Invite me to the approver channel, or correct the group's attribute slack-channel (request ${escapeMrkdwn(alarm.requestId, 100)}).`;
  }
}
