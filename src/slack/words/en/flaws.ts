import type { Ready } from '../ready.ts';
import { listed } from './common.ts';
import type { Names } from './facts.ts';

/**
 * Why an entry that is marked `requestable` cannot be asked for, as the rest of a sentence; `leasehold doctor` prints these
 * as well. `name`: of an attribute. `written`: what stands there.
 */
export const flaws = {
  notOffered: 'it is no longer offered in Keycloak',

  // what its attributes say
  unknownAttribute: (name: Ready) => `it has an attribute ${name}, which means nothing`,
  emptyAttribute: (name: Ready) => `its attribute ${name} is empty`,
  manyValues: (name: Ready, count: number) => `its attribute ${name} has ${count} values; write one`,
  standsAlone: (name: Ready, without: Ready) => `${name} stands without ${without}`,
  badRisk: (written: Ready) => `its attribute risk is "${written}"; write low, medium, high or critical`,
  badRequired: (name: Ready, written: Ready, most: number) =>
    `${name} is "${written}"; write a whole number from 1 to ${most}`,
  /** `risk` null: the attribute says how many. */
  managerIsOne: (name: Ready, required: number, risk: Ready | null) =>
    `a manager is one person and ${name} is ${required}${risk === null ? '' : ` for risk ${risk}`}; write 1, or name a group`,
  managerTwice: 'it asks the manager at two stages, and one person counts once',
  groupInToken:
    'session is true, and a group cannot be leased in tokens alone; mark the roles that it gives, or leave session out',
  managerReviews: 'break-glass is reviewed by two people, so its first stage has to name a group and not the manager',
  noStage: 'it names no approver-group',
  badPattern: 'justification-pattern is no regular expression',
  /** `written` null: it is not set. `least`: a duration as one writes it, `1m`. */
  badLongest: (written: Ready | null, least: string) =>
    `max-duration is ${written === null ? 'not set, and its risk allows too little' : `"${written}"`}; write for example 4h, at least ${least}`,
  badDefault: (written: Ready) => `default-duration is "${written}"; write for example 1h, at most max-duration`,
  noYesOrNo: (name: Ready, written: Ready) => `${name} is "${written}"; write true or false`,

  // what it would give
  administrative: ({ names, rest }: Names) => `it gives administration of Keycloak (${listed(names, rest)})`,
  partUnreadable: unread('the service account may not read a group or role that belongs to it'),
  partRemoved: unread('a part of it has just been removed'),
  pathAmbiguous: (path: Ready) => unread(`the path ${path} leads to another group`),
  roleHidden: (role: Ready, group: Ready) =>
    unread(`the service account may not view the role ${role} that ${group} gives`),
  compositeHidden: (role: Ready) =>
    unread(`without view-clients nobody can tell what the composite role ${role} contains`),

  // who decides about others, or could
  ownClient: "it is a role of Leasehold's own client",
  aboveUnreadable: 'the service account may not view a group above it',
  adminGroup: (group: Ready) => `it is, or stands below, the admin group ${group}`,
  approverGroup: (group: Ready) => `it is, or stands below, the approver group ${group}`,
  decidingGroup: (group: Ready) => `it is, or stands below, ${group}, whose members decide in Slack`,
};

function unread(why: string): string {
  return `what it gives cannot be read in full (${why})`;
}
