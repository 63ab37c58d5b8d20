import type { Catalogue } from '../catalogue.ts';
import { listed } from './common.ts';

export const flaws: Catalogue['flaws'] = {
  notOffered: 'Keycloak bietet es nicht mehr an',

  unknownAttribute: (name) => `das Attribut ${name} hat keine Bedeutung`,
  emptyAttribute: (name) => `das Attribut ${name} ist leer`,
  manyValues: (name, count) => `das Attribut ${name} hat ${count} Werte; erlaubt ist nur einer`,
  standsAlone: (name, without) => `${name} ist gesetzt, ${without} aber nicht`,
  badRisk: (written) => `das Attribut risk ist „${written}“; erlaubt sind low, medium, high und critical`,
  badRequired: (name, written, most) => `${name} ist „${written}“; erlaubt ist eine ganze Zahl von 1 bis ${most}`,
  managerIsOne: (name, required, risk) =>
    `die Führungskraft ist nur eine Person, und ${name} ist ${required}${risk === null ? '' : ` bei Risiko ${risk}`}; richtig ist 1, oder eine Gruppe`,
  managerTwice: 'auf zwei Stufen entscheidet die Führungskraft, und jede Person zählt einmal',
  groupInToken:
    'session ist true, und eine Gruppe kann nicht nur in Tokens vergeben werden; kennzeichne die Rollen, die sie gibt, oder lass session weg',
  managerReviews:
    'Notfallzugriffe prüfen zwei Personen, darum muss auf der ersten Stufe eine Gruppe stehen und nicht die Führungskraft',
  noStage: 'das Attribut approver-group fehlt',
  badPattern: 'justification-pattern ist kein regulärer Ausdruck',
  badLongest: (written, least) =>
    `max-duration ist ${written === null ? 'nicht gesetzt, und das Risiko erlaubt zu wenig' : `„${written}“`}; richtig ist zum Beispiel 4h, mindestens ${least}`,
  badDefault: (written) => `default-duration ist „${written}“; richtig ist zum Beispiel 1h, höchstens max-duration`,
  noYesOrNo: (name, written) => `${name} ist „${written}“; erlaubt sind true und false`,

  administrative: ({ names, rest }) => `damit ließe sich Keycloak selbst verwalten (${listed(names, rest)})`,
  partUnreadable: unread('das Dienstkonto darf eine Gruppe oder Rolle, die dazugehört, nicht lesen'),
  partRemoved: unread('ein Teil davon wurde gerade entfernt'),
  pathAmbiguous: (path) => unread(`der Pfad ${path} führt zu einer anderen Gruppe`),
  roleHidden: (role, group) => unread(`das Dienstkonto darf die Rolle ${role}, die ${group} gibt, nicht sehen`),
  compositeHidden: (role) =>
    unread(`ohne view-clients lässt sich nicht sagen, was die Composite-Rolle ${role} enthält`),

  ownClient: 'es ist eine Rolle meines eigenen Clients',
  aboveUnreadable: 'das Dienstkonto darf eine Gruppe darüber nicht sehen',
  adminGroup: (group) => `es ist die Gruppe der Administration ${group} oder steht unter ihr`,
  approverGroup: (group) => `es ist die Gruppe der Genehmigenden ${group} oder steht unter ihr`,
  decidingGroup: (group) => `es ist ${group} oder steht darunter, und deren Mitglieder entscheiden in Slack`,
};

function unread(why: string): string {
  return `was es gibt, lässt sich nicht vollständig lesen (${why})`;
}
