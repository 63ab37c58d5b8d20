import type { Ready } from '../ready.ts';
import { duration } from './common.ts';
import { leases } from './facts.ts';
import type { Leases } from './facts.ts';

export const alarms = {
  needsOperator: '*Needs an operator*',
  leasesRevoked: '*Leases revoked*',
  held: (what: Ready, who: Ready, because: Ready) =>
    `I cannot keep ${what} of ${who} right: ${because}. Run \`leasehold doctor\`; I keep trying.`,
  failing: (what: Ready, who: Ready, failures: number) =>
    `${what} of ${who}: ${failures} tries in a row failed. I keep trying; look at Keycloak.`,
  orphanRemoved: (what: Ready, who: Ready) =>
    `${who} had ${what} from me without a lease. I removed it; find out how it came to be.`,
  orphanKept: (what: Ready, who: Ready) =>
    `${who} has ${what} without a lease, and I cannot prove that it is mine. Remove it in Keycloak if nobody vouches for it.`,
  massDrift: (count: number, open: number) =>
    `${count} of ${open} open leases are missing in Keycloak at once, so I ended none of them. Look whether the realm was restored or I read the wrong one.`,
  revokedWidely: (by: Ready, revoked: Leases) =>
    `${by} revoked ${leases(revoked)}. The access is being taken away now; /access-audit shows each step.`,
  /** `attribute`: what stands in Keycloak. */
  linkDisagrees: (username: Ready, slack: Ready, attribute: Ready) =>
    `The Keycloak user ${username} is linked to ${slack}, but its attribute slack-user-id says ${attribute}. Until they agree I take it for nobody's: correct the attribute, or end the link with \`/access unlink @person\`.`,
  policyTitle: '*Policy changed*',
  policyChanged: (source: Ready) => `The new policy in ${source} is in force from now on.`,
  policyWrong: (source: Ready, problem: Ready) =>
    `The changed policy in ${source} is wrong, so the one before stays in force. Correct it:\n${problem}`,
  policyBroken: (rule: Ready, because: string) =>
    `Policy could not be evaluated, and I refuse what depends on it (${rule}: ${because}). Taking access away goes on.`,
  clockJumped(seconds: number): string {
    const far = duration(Math.abs(Math.round(seconds))) || 'less than a second';
    return `The clock of my machine jumped by ${far} ${seconds < 0 ? 'back' : 'ahead'}. Leases end on time; check its time service.`;
  },
  /** `because`: one of the four below. */
  undeliverable: (request: Ready, because: string) =>
    `A request waits and nobody can see it: ${because}. Invite me to the approver channel, or correct the group's attribute slack-channel (request ${request}).`,
  slackRefuses: (code: Ready) => `Slack answers ${code}`,
  noChannel: (group: Ready) => `${group} has no channel that I can post to`,
  noManager: 'I cannot reach the manager in Slack',
  escalatedNowhere: 'the group it was escalated to has no channel that I can post to',
};
