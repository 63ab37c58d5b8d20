import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import { duration, listed } from './common.ts';

type Say = Catalogue['backchannel'];

function settled(state: Parameters<Say['settled']>[0], by: Ready | null, at: Ready): string {
  switch (state) {
    case 'approved':
      return by === null ? `Dieses Token wurde genehmigt, ${at}` : `${by} hat dieses Token genehmigt, ${at}`;
    case 'denied':
      return by === null ? `Dieses Token wurde abgelehnt, ${at}` : `${by} hat dieses Token abgelehnt, ${at}`;
    case 'expired':
    case 'withdrawn':
    case 'superseded':
      return `Niemand hat rechtzeitig entschieden, der Client wartet nicht mehr, ${at}`;
    case 'unreachable':
      return `Zu diesem Token war niemand zu erreichen, darum wurde es verweigert, ${at}`;
    case 'changed':
    case 'untaken':
      return `Es wurde kein Token ausgestellt, der Client wartet nicht mehr, ${at}`;
  }
}

export const backchannel: Say = {
  title: (status) => `Token-Anfrage: ${status}`,
  status: {
    waiting: 'wartet',
    approved: 'genehmigt',
    issued: 'ausgestellt',
    denied: 'abgelehnt',
    expired: 'nicht beantwortet',
    unreachable: 'niemand gefragt',
    changed: 'nicht ausgestellt',
    untaken: 'nicht ausgestellt',
  },
  wants: (client, who) => `${client} verlangt ein Token als ${who}`,
  wanted: (client, who) => `${client} hat ein Token als ${who} verlangt`,
  inOne: (client, who, message) => `${client} verlangt ein Token als ${who}, mit der Nachricht ${message}.`,

  compare: (client) =>
    `Nur genehmigen, wenn im Protokoll von ${client} genau diese Nachricht steht. Ist es eine andere: ablehnen.`,
  compareOwn: (client) =>
    `Nur genehmigen, wenn du das selbst gestartet hast und ${client} genau diese Nachricht zeigt. Sonst: ablehnen.`,
  gives: ({ names, rest }) => `*Gibt*  ${listed(names, rest)}`,
  givesNothing: (who) => `*Gibt*  keine Rolle; es sagt nur, dass es ${who} ist`,
  lasts: (seconds) => `*Für*  höchstens ${duration(seconds)} ab der Genehmigung`,
  why: (justification) => `*Warum*  ${justification}`,
  waitsForYou: (until) => `Wartet auf dich bis ${until}.`,
  whyYou: 'Du wirst gefragt, weil es in deinem Namen ist.',

  approveLabel: (who, message) => `Token genehmigen mit der Nachricht ${message}, als ${who}`,
  denyLabel: (who, message) => `Token ablehnen mit der Nachricht ${message}, als ${who}`,

  notYet: (until) => `*Jetzt*  Keycloak erfährt es gerade; die Genehmigung gilt bis ${until}.`,
  issued: (until) => `*Jetzt*  ausgestellt; seine Token gelten höchstens bis ${until}.`,
  expired: (before) =>
    `*Nicht beantwortet*  niemand hat vor ${before} entschieden. Der Client kann noch einmal fragen.`,
  unreachable: (at) => `*Niemand gefragt*  ${at}: niemand war zu erreichen, darum gibt es kein Token.`,
  changed: (at) =>
    `*Nicht ausgestellt*  ${at}: das Token enthielte jetzt etwas anderes, als diese Karte gezeigt hat. Der Client kann noch einmal fragen.`,
  untaken: (at) =>
    `*Nicht ausgestellt*  ${at}: Keycloak hat die Genehmigung nicht mehr angenommen. Der Client kann noch einmal fragen.`,

  yourApprovalCounts: (who, where, missing) =>
    `Deine Genehmigung des Tokens von ${where} als ${who} zählt. Nötig: noch ${missing} weitere.`,
  youApproved: (who, where) => `Du hast das Token von ${where} als ${who} genehmigt. Die Karte zeigt, was daraus wird.`,
  youDenied: (who, where) => `Du hast das Token von ${where} als ${who} abgelehnt.`,
  denied: (where, who, by, at) =>
    `${where} hat ein Token als ${who} verlangt, ${by} hat es abgelehnt, ${at}. Wenn du das nicht gestartet hast, melde es dem Betrieb von ${where}.`,
  refused: (where, who, message, why) =>
    `${where} hat kein Token als ${who} bekommen${message === null ? '' : ` (Nachricht ${message})`}. ${why}`,
  because: {
    no_policy: 'Es gibt keine Regeln, die über Token entscheiden. Der Betrieb muss welche setzen.',
    no_approvers: 'Niemand ist zu finden, der es genehmigen könnte. Der Betrieb muss das beheben.',
    not_linked:
      'Dein Keycloak-Konto ist nicht mit Slack verknüpft, darum kannst du nicht gefragt werden. Tippe /access link und starte es noch einmal.',
    fatigue:
      'Zu viele solche Anfragen in deinem Namen wurden in der letzten Viertelstunde abgelehnt oder nicht beantwortet. Warte und starte es dann noch einmal.',
    no_message: 'Es hat keine Nachricht zum Vergleichen gesendet (binding_message). Wer es betreibt, muss eine setzen.',
    bad_duration: 'Es verlangt eine Dauer, die keine ist, oder mehr als einen Tag. Schreibweise: 15m.',
    offline: 'Es verlangt Offline-Zugriff, den hier niemand genehmigen kann.',
    administers: 'Das Token könnte Keycloak selbst verwalten, und das kann hier niemand genehmigen.',
    step_up: 'Die Regeln verlangen etwas, das nur ein Mensch am Browser tun kann.',
  },
  policy: (texts) =>
    texts.length === 0 ? 'Die Regeln lassen es nicht zu.' : `Die Regeln lassen es nicht zu: ${texts.join(' ')}`,
  notEligible: ({ names, rest }) => `Du hast nicht, was es verlangt: ${listed(names, rest)}.`,
  notEligibleAtAll: 'Dich oder den Client gibt es in Keycloak nicht, oder sie sind dort gesperrt.',

  settled: (state, by, at) => `${settled(state, by, at)}. Dein Klick hat nichts geändert.`,
  own: 'Dieses Token wird in deinem eigenen Namen verlangt, darum muss jemand anders entscheiden.',
  counted: 'Du hast dieses Token schon genehmigt, und jede Person zählt einmal. Es muss noch jemand anders genehmigen.',
  notAsked: (group) => `Über dieses Token können nur Mitglieder von ${group} entscheiden, und du bist jetzt keines.`,
  notManager: (who) =>
    `Über dieses Token kann nur die Führungskraft von ${who} entscheiden, und Keycloak nennt dich jetzt nicht als diese.`,
  notInWhoseName: (who) => `Über dieses Token kann nur ${who} entscheiden, denn es ist in diesem Namen.`,

  kind: {
    'gate.opened': 'Token wartet',
    'gate.approval': 'Token einmal genehmigt',
    'gate.approved': 'Token genehmigt',
    'gate.denied': 'Token abgelehnt',
    'gate.expired': 'Token nicht beantwortet',
    'gate.unreachable': 'zu einem Token niemand erreichbar',
    'gate.changed': 'Token hätte etwas anderes enthalten',
    'gate.untaken': 'Keycloak hat eine Genehmigung nicht angenommen',
    'gate.spent': 'Token mit Genehmigung ausgehändigt',
    'gate.refused': 'Token ohne Frage verweigert',
  },
};
