import type { Catalogue } from '../catalogue.ts';
import { ready } from '../ready.ts';
import { counted, duration, listed } from './common.ts';
import { ended } from './facts.ts';

export const card: Catalogue['card'] = {
  title: (status) => `Zugriffsanfrage: ${status}`,

  has: (who, what) => `${who} hat ${what}`,
  had: (who, what) => `${who} hatte ${what}`,
  askedFor: (who, what) => `${who} hat um ${what} gebeten`,

  inOne: {
    approved: (what, who) => `${what} für ${who} ist genehmigt und noch nicht aktiv.`,
    live: (what, who, until) => `${who} hat ${what} bis ${until}.`,
    ended: (what, who, endedBy) => `Der Zugriff auf ${what} für ${who} ist beendet: ${ended[endedBy]}.`,
    denied: (what, who, by) => `${what} für ${who} wurde von ${by} abgelehnt.`,
    expired: (what, who) => `Über ${what} für ${who} hat niemand rechtzeitig entschieden.`,
    withdrawn: (what, by) => `${by} hat die Anfrage zu ${what} zurückgezogen.`,
  },

  why: (text) => `*Warum*  ${text}`,
  asked: (seconds, start) => `*Für*  ${duration(seconds)}, ${start}`,
  approved: (seconds, asked) =>
    `*Für*  ${duration(seconds)}${seconds < asked ? ` (gekürzt, angefragt: ${duration(asked)})` : ''}`,
  notLiveYet: '*Jetzt*  genehmigt, in Keycloak noch nicht aktiv',
  ahead: (at) => `*Jetzt*  genehmigt, beginnt ${at}`,
  live: (until) => `*Jetzt*  aktiv bis ${until}`,
  ended: (at, endedBy) => `*Jetzt*  Zugriff beendet ${at}: ${ended[endedBy]}`,
  denied: (by, at, comment) => `*Abgelehnt*  von ${by}, ${at}${comment === null ? '.' : `: ${comment}`}`,
  expired: (before) => `*Abgelaufen*  niemand hat vor ${before} entschieden; eine neue Anfrage ist möglich.`,
  withdrawn: (by, at) => `*Zurückgezogen*  von ${by}, ${at}.`,

  waiting({ group, approved, required, stage, stages, until }) {
    const approvals = `${approved} von ${counted(required, 'Genehmigung', 'Genehmigungen')}`;
    const where = stage === null ? '' : ` · Stufe ${stage} von ${stages}`;
    return `Wartet auf ${group}: ${approvals}${where} · bis ${until}`;
  },
  managerOf: (who) => ready`die Führungskraft von ${who}`,
  either: (group, other) => ready`${group} oder ${other}`,
  whyYouManage: (who) =>
    `Diese Frage geht an dich, weil Keycloak dich als Führungskraft von ${who} nennt; nur du kannst entscheiden.`,
  whyYouToo: (group, other) =>
    `Diese Frage steht hier, weil ${group} nicht entschieden hat; Mitglieder von ${group} und von ${other} können es.`,
  whyYou: (group) =>
    `Diese Frage steht hier, weil der Kanal zu ${group} gehört; nur deren Mitglieder können entscheiden.`,
  stageDone: (stage) => `Stufe ${stage} ist erledigt; die nächste entscheidet in ihrem eigenen Kanal.`,

  now: {
    head: '*Jetzt*',
    holds: (who, until) => `${who} hat es bis ${until}; dies würde es verlängern.`,
    hadLast: (who, at, seconds) => `${who} hatte es zuletzt ${at}, für ${duration(seconds)}.`,
    never: (who) => `Für ${who} wäre es das erste Mal.`,
    nobody: 'Niemand hat befristeten Zugriff darauf.',
    nobodyElse: 'Sonst hat niemand befristeten Zugriff darauf.',
    some: (count, { names, rest }) =>
      `${counted(count, 'Person hat', 'Personen haben')} befristeten Zugriff darauf: ${listed(names, rest)}.`,
    others: (count, { names, rest }) =>
      `${counted(count, 'weitere Person hat', 'weitere Personen haben')} befristeten Zugriff darauf: ${listed(names, rest)}.`,
  },
};
