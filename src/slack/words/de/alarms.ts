import type { Catalogue } from '../catalogue.ts';
import { duration } from './common.ts';
import { leases } from './facts.ts';

export const alarms: Catalogue['alarms'] = {
  needsOperator: '*Der Betrieb ist gefragt*',
  leasesRevoked: '*Zugriffe entzogen*',
  held: (what, who, because) =>
    `Ich kann ${what} von ${who} nicht in Ordnung halten: ${because}. Hilfe gibt \`leasehold doctor\`; ich versuche es weiter.`,
  failing: (what, who, failures) =>
    `${what} von ${who}: ${failures} Versuche nacheinander sind gescheitert. Ich versuche es weiter; bitte Keycloak ansehen.`,
  orphanRemoved: (what, who) =>
    `${who} hatte ${what} von mir ohne befristeten Zugriff. Ich habe es entfernt; bitte klären, wie es dazu kam.`,
  orphanKept: (what, who) =>
    `${who} hat ${what} ohne befristeten Zugriff, und ich kann nicht belegen, dass es von mir ist. Bitte in Keycloak entfernen, wenn niemand dafür einsteht.`,
  massDrift: (count, open) =>
    `${count} von ${open} offenen befristeten Zugriffen fehlen auf einmal in Keycloak, darum habe ich keinen beendet. Bitte prüfen, ob der Realm wiederhergestellt wurde oder ich den falschen lese.`,
  revokedWidely: (by, revoked) =>
    `${by} hat ${leases(revoked)} entzogen. Das wird jetzt vollzogen; /access-audit zeigt jeden Schritt.`,
  linkDisagrees: (username, slack, attribute) =>
    `${username} in Keycloak ist mit ${slack} verknüpft, aber das Attribut slack-user-id dort sagt ${attribute}. Bis beides übereinstimmt, gilt das Konto als niemandes: Berichtige das Attribut, oder beende die Verknüpfung mit \`/access unlink @person\`.`,
  policyTitle: '*Richtlinien geändert*',
  policyChanged: (source) => `Die neuen Richtlinien in ${source} gelten ab jetzt.`,
  policyWrong: (source, problem) =>
    `Die geänderten Richtlinien in ${source} sind fehlerhaft, darum gelten die vorigen weiter. Bitte berichtigen:\n${problem}`,
  policyBroken: (rule, because) =>
    `Die Richtlinien ließen sich nicht auswerten, und ich verweigere, was davon abhängt (${rule}: ${because}). Zugriffe enden weiterhin.`,
  clockJumped(seconds) {
    const far = duration(Math.abs(Math.round(seconds))) || 'weniger als eine Sekunde';
    return `Die Uhr meines Rechners ist um ${far} ${seconds < 0 ? 'zurückgesprungen' : 'vorgesprungen'}. Befristete Zugriffe enden pünktlich; bitte den Zeitdienst prüfen.`;
  },
  undeliverable: (request, because) =>
    `Eine Anfrage wartet, und niemand kann sie sehen: ${because}. Bitte mich in den Kanal der Genehmigenden einladen oder das Attribut slack-channel der Gruppe berichtigen (Anfrage ${request}).`,
  slackRefuses: (code) => `Slack antwortet mit ${code}`,
  noChannel: (group) => `${group} hat keinen Kanal, in den ich schreiben kann`,
  noManager: 'ich erreiche die Führungskraft nicht in Slack',
  escalatedNowhere: 'die Gruppe, an die sie weitergegeben wurde, hat keinen Kanal, in den ich schreiben kann',
};
