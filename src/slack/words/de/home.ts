import type { Catalogue } from '../catalogue.ts';

export const home: Catalogue['home'] = {
  yourRequests: 'Deine Anfragen',
  yourLeases: 'Deine befristeten Zugriffe',
  yourAccess: 'Dein Zugriff',
  nothing: 'Du hast keinen befristeten Zugriff und wartest auf keinen. Mit *Zugriff anfragen* geht es los.',

  waiting: 'Wartet auf deine Entscheidung',
  nothingWaits: 'Nichts wartet auf deine Entscheidung.',
  othersWait: 'Diese warten am längsten. Weitere warten in den Kanälen der Genehmigenden.',
  keycloakAway:
    'Keycloak antwortet nicht, darum kann ich nicht sagen, was auf dich wartet. Ich versuche es weiter. Befristete Zugriffe enden trotzdem pünktlich.',
  keycloakRefuses:
    'Keycloak lässt mich nicht sehen, in welchen Gruppen du bist, darum kann ich nicht sagen, was auf dich wartet. Bitte dem Betrieb melden.',
  approved: (approved, required, stage, stages) =>
    `${approved} von ${required} genehmigt${stage === null ? '' : `, Stufe ${stage} von ${stages}`}`,
  waitsUntil: (until) => `wartet bis ${until}`,
  why: (text) => `Warum: ${text}`,
  openCard: 'Zum Entscheiden die Karte öffnen',

  decidedLately: 'Zuletzt von dir entschieden',
  decided: (kind, what, who, at) =>
    `Du hast ${what} für ${who} ${kind === 'approve' ? 'genehmigt' : 'abgelehnt'}, ${at}`,
};
