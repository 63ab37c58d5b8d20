import type { Catalogue } from '../catalogue.ts';

export const ownReasons: Catalogue['ownReasons'] = {
  limitDisputed: (limit) => `Regeln geben verschiedene Werte von ${limit} weiter`,
  verdictMeaningless: (verdict, door) => `das Urteil ${verdict} bedeutet bei ${door} nichts`,
  tooManyStages: (count, most) => `die Regeln verlangen ${count} Stufen, und es gibt höchstens ${most}`,
  tooManyLeases: (username, count, most) =>
    `${username} hätte damit ${count} befristete Zugriffe, und erlaubt sind höchstens ${most}`,
  notTogether: (path) => `nicht zusammen mit ${path}`,
  stagesDemanded: 'eine andere Regel verlangt Stufen',
  stepUpDemanded: 'eine andere Regel verlangt, dass Genehmigende sich anmelden',
  riskCritical: 'Risiko critical wird nie sofort gegeben',
  administersKeycloak: 'was Keycloak verwaltet, wird nie sofort gegeben',
  groupsHidden: 'nicht alle Gruppen der Person sind zu sehen',
  notCheckedHere: 'es wird mehr verlangt, als Leasehold hier prüfen kann',
  engineStatus: (status) => `die Richtlinien sind nicht erreichbar: Antwort mit Status ${status}`,
  engineLate: (seconds) =>
    `die Richtlinien sind nicht erreichbar: keine Antwort innerhalb von ${seconds.toLocaleString('de')} s`,
  engineUnconnected: 'die Richtlinien sind nicht erreichbar: keine Verbindung',
  engineUndefined: 'die Richtlinien haben auf diese Frage keine Antwort: ihre Regel ist nicht definiert',
  engineNonsense: (detail) => `die Antwort der Richtlinien ist unbrauchbar: ${detail}`,
};
