import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import { listed } from './common.ts';

type Say = Catalogue['gate'];

function settled(state: Parameters<Say['settled']>[0], by: Ready | null, at: Ready): string {
  switch (state) {
    case 'approved':
      return by === null ? `Diese Anmeldung wurde genehmigt, ${at}` : `${by} hat diese Anmeldung genehmigt, ${at}`;
    case 'denied':
      return by === null ? `Diese Anmeldung wurde abgelehnt, ${at}` : `${by} hat diese Anmeldung abgelehnt, ${at}`;
    case 'expired':
      return `Niemand hat rechtzeitig entschieden, diese Anmeldung wartet nicht mehr, ${at}`;
    case 'withdrawn':
      return `Wer sich anmelden wollte, hat abgebrochen, ${at}`;
    case 'superseded':
      return `Dieselbe Person kam aus einem anderen Browser, ${at}, und dazu gibt es eine eigene Karte`;
    case 'unreachable':
      return `Zu dieser Anmeldung war niemand zu erreichen, darum wurde sie verweigert, ${at}`;
  }
}

export const gate: Say = {
  title: (status) => `Anmeldung: ${status}`,
  status: {
    waiting: 'wartet',
    approved: 'genehmigt',
    signedIn: 'erfolgt',
    denied: 'abgelehnt',
    expired: 'nicht beantwortet',
    withdrawn: 'abgebrochen',
    superseded: 'ersetzt',
    unreachable: 'niemand gefragt',
  },
  wants: (who, where) => `${who} will sich bei ${where} anmelden`,
  wanted: (who, where) => `${who} wollte sich bei ${where} anmelden`,
  inOne: (who, where, from, code) => `${who} will sich bei ${where} anmelden (${from}), mit dem Code ${code}.`,
  unknownPlace: 'unbekannter Ort',

  compare: (who) =>
    `Erst genehmigen, wenn dir ${who} genau diesen Code gesagt oder gezeigt hat. Ist es ein anderer: ablehnen.`,
  why: (because) => `*Warum*  ${because}`,
  because: {
    login: 'jede Anmeldung dieser Art braucht eine Genehmigung',
    registration: 'ein neues Konto wird angelegt',
    client: 'Anmeldungen bei dieser Anwendung brauchen eine Genehmigung',
    scope: 'was diese Anwendung verlangt, braucht eine Genehmigung',
    'step-up': 'diese Anwendung verlangt eine höhere Stufe der Anmeldung',
  },
  change: {
    password: 'um das Passwort zu ändern',
    email: 'um die E-Mail-Adresse zu ändern',
    profile: 'um das Profil zu ändern',
    otp: 'um Einmalcodes einzurichten',
    recoveryCodes: 'um neue Wiederherstellungscodes zu erzeugen',
    securityKey: 'um einen Sicherheitsschlüssel zu registrieren',
    passkey: 'um einen Passkey zu registrieren',
    removeCredential: 'um einen Weg der Anmeldung zu entfernen',
    deleteAccount: 'um das Konto zu löschen',
    linkAccount: 'um ein Konto von anderswo zu verknüpfen',
    other: (action) => `wegen ${action} in Keycloak`,
  },
  from: (where) => `*Von*  ${where}`,
  scopes: ({ names, rest }) => `*Umfang*  ${listed(names, rest)}`,

  deny: 'Ablehnen',
  approveLabel: (who, code) => `Anmeldung genehmigen mit Code ${code}, von ${who}`,
  denyLabel: (who, code) => `Anmeldung ablehnen mit Code ${code}, von ${who}`,

  goneOn: (who) => `*Jetzt*  ${who} ist angemeldet.`,
  notYet: (until) => `*Jetzt*  noch nicht angemeldet; die Genehmigung gilt bis ${until}.`,
  expired: (before) =>
    `*Nicht beantwortet*  niemand hat vor ${before} entschieden. Wer es noch braucht, kann sich neu anmelden.`,
  withdrawn: (who, at) => `*Abgebrochen*  von ${who}, ${at}.`,
  superseded: (who, at) => `*Ersetzt*  ${at}: ${who} kam aus einem anderen Browser, dazu gibt es eine eigene Karte.`,
  unreachable: (at) =>
    `*Niemand gefragt*  ${at}: niemand war zu erreichen, der genehmigen kann, darum wurde die Anmeldung verweigert.`,

  yourApprovalCounts: (who, where, missing) =>
    `Deine Genehmigung der Anmeldung von ${who} bei ${where} zählt. Nötig: noch ${missing} weitere.`,
  youApproved: (who, where) =>
    `Du hast die Anmeldung von ${who} bei ${where} genehmigt. Die Karte zeigt, was daraus wird.`,
  youDenied: (who, where) =>
    `Du hast die Anmeldung von ${who} bei ${where} abgelehnt. Die Seite, auf der sie wartete, sagt das.`,
  denied: (where, who, by, at, from) =>
    `Eine Anmeldung bei ${where} als ${who} (${from}) wurde von ${by} abgelehnt, ${at}. Wenn du das nicht warst, kann sich jemand anders mit deinem Konto anmelden: ändere jetzt dein Passwort und melde es dem Betrieb. Wenn du es warst, sprich mit ${by}.`,

  settled: (state, by, at) => `${settled(state, by, at)}. Dein Klick hat nichts geändert.`,
  own: 'Das ist deine eigene Anmeldung, darum muss jemand anders entscheiden.',
  counted:
    'Du hast diese Anmeldung schon genehmigt, und jede Person zählt einmal. Es muss noch jemand anders genehmigen.',
  notAsked: (group) => `Über diese Anmeldung können nur Mitglieder von ${group} entscheiden, und du bist jetzt keines.`,
  notManager: (who) =>
    `Über diese Anmeldung kann nur die Führungskraft von ${who} entscheiden, und Keycloak nennt dich jetzt nicht als diese.`,

  trigger: {
    login: 'jede Anmeldung',
    registration: 'Registrierung',
    client: 'die Anwendung',
    scope: 'Umfang des Zugriffs',
    action: 'Änderung am Konto',
    'step-up': 'höhere Stufe',
  },
};
