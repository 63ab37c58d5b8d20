import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import { counted, duration } from './common.ts';
import { ended } from './facts.ts';

/** `a, b und c`. */
export const all = (names: readonly Ready[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} und ${names.at(-1) ?? ''}`;

const forWhom = (who: Ready | null): string => (who === null ? '' : ` für ${who}`);

export const bundle: Catalogue['bundle'] = {
  asked({ by, onBehalfOf, count, seconds, isPending }) {
    const what = `${count} Zugriffe zusammen${seconds === null ? '' : ` für ${duration(seconds)}, ab der Genehmigung`}`;
    const whom = onBehalfOf === null ? '' : `, für ${onBehalfOf},`;
    return isPending ? `${by} bittet${whom} um ${what}.` : `${by} hat${whom} um ${what} gebeten.`;
  },
  waitsForRest: 'Genehmigt; es wartet auf den Rest des Bündels.',
  waiting({ group, approved, required, stage, stages }) {
    const approvals = `${approved} von ${counted(required, 'Genehmigung', 'Genehmigungen')}`;
    return `Wartet auf ${group}: ${approvals}${stage === null ? '' : ` · Stufe ${stage} von ${stages}`}.`;
  },
  elsewhere: 'Darüber wird in einer anderen Nachricht entschieden.',
  live: (until) => `Aktiv bis ${until}.`,
  notLiveYet: 'Genehmigt, in Keycloak noch nicht aktiv.',
  ended: (at, endedBy) => `Zugriff beendet ${at}: ${ended[endedBy]}.`,
  over: { denied: 'Abgelehnt.', expired: 'Abgelaufen.', withdrawn: 'Zurückgezogen.' },

  alsoAsked: (others) => `Dazu angefragt: ${others.map(({ what, word }) => `${what} (${word})`).join(', ')}.`,
  waitingFor: (group) => `wartet auf ${group}`,
  approvedWord: 'genehmigt',
  rule: (count, until) =>
    `Nichts wird gegeben, bevor alle ${count} genehmigt sind; eine Ablehnung lehnt alle ab. Wartet bis ${until}.`,
  belongs: (count) => `Ein Bündel von ${count}.`,

  inOne: {
    parts: (names, areAll) => (areAll ? all(names) : `${names.join(', ')} und weitere`),
    pending: (by, parts, seconds, why) => `${by} bittet zusammen um ${parts} für ${duration(seconds)}: ${why}`,
    ready: (parts, who) => `${parts} für ${who}: genehmigt, wartet auf den Rest des Bündels.`,
    approved: (parts, who, standing) => `${parts} für ${who}: ${standing}.`,
    denied: (parts, who, by) => `${parts} für ${who}: abgelehnt von ${by}.`,
    expired: (parts, who) => `Über ${parts} für ${who} hat niemand rechtzeitig entschieden.`,
    withdrawn: (parts, by) => `${by} hat die Anfrage zu ${parts} zurückgezogen.`,
  },

  allParts: (count) => `alle ${count} Teile`,
  accesses: (count) => `${count} Zugriffe`,

  received({ parts, who, seconds, stages, rest, until }) {
    const needed = stages
      .map(({ required, group }) => (group === null ? 'die Führungskraft' : `${required} aus ${group}`))
      .join(', ');
    const more = rest > 0 ? ` und ${rest} weitere` : '';
    return `Deine Anfrage zu ${all(parts)}${forWhom(who)} für ${duration(seconds)} liegt bei den Genehmigenden. Nötig: ${needed}${more}. Nichts wird gegeben, bevor alle genehmigt sind, und eine Ablehnung lehnt alle ab. Sie wartet bis ${until}; ich schreibe dir, wenn entschieden ist.`;
  },
  askedForYou: (by, parts, seconds, why) =>
    `${by} hat für dich um ${all(parts)} gebeten, für ${duration(seconds)}: ${why}\nDu musst nichts tun; ich schreibe dir, wenn entschieden ist.`,
  approved(parts, who, seconds, asked, atLeast) {
    const shortened = seconds < asked ? `, gekürzt von ${duration(asked)}` : '';
    return `${all(parts)}${forWhom(who)} sind für ${atLeast ? 'mindestens ' : ''}${duration(seconds)} genehmigt${shortened}. Ich mache sie jetzt aktiv.`;
  },
  denied: (by, parts, who, comment) =>
    `${by} hat das Bündel aus ${all(parts)}${forWhom(who)} abgelehnt${comment === null ? '. Sprich darüber, oder frage mit mehr Worten noch einmal an.' : `: ${comment}`}`,
  expired: (parts, who) =>
    `Über ${all(parts)}${forWhom(who)} hat niemand rechtzeitig ganz entschieden, darum ist die Anfrage vorbei, und nichts wurde gegeben. Frage noch einmal an, wenn du es noch brauchst.`,
  withdrawn: (parts, who) => `Deine Anfrage zu ${all(parts)}${forWhom(who)} ist zurückgezogen. Nichts wurde gegeben.`,
  waits: (parts, who) => `Deine Anfrage zu ${all(parts)}${forWhom(who)} wartet noch.`,

  youDenied: (parts, who, count) =>
    `Du hast ${all(parts)} für ${who} abgelehnt, und damit das ganze Bündel von ${count}.`,
  yourApprovalCounts: (parts, who, count) =>
    `Deine Genehmigung von ${all(parts)} für ${who} zählt. Nichts wird aktiv, bevor alle ${count} des Bündels genehmigt sind.`,
  youApproved: (parts, who) => `Du hast ${all(parts)} für ${who} genehmigt. Die Karte zeigt, wenn es aktiv ist.`,

  partWaits: (what, group) => `${what} · ${group === null ? 'genehmigt, wartet auf den Rest' : `wartet auf ${group}`}`,
  together: (who, seconds, until) => `Zusammen angefragt${forWhom(who)}, für ${duration(seconds)} · bis ${until}`,
  oneOf: (count) => `eines von ${count} zusammen angefragten`,
  inBundle: (name) => `Bündel ${name}`,

  nothingAsked:
    'Nichts wurde angefragt, weil ein Teil davon nicht geht. Ändere ihn oder lass ihn weg, und frage noch einmal an.',
  nothingDecided: 'Dein Klick hat nichts geändert.',
  tooMany: (limit) =>
    `Höchstens ${limit} Zugriffe lassen sich auf einmal anfragen, darum wurde nichts angefragt. Frage den Rest in einer zweiten Anfrage an.`,
  namedTwice: 'Das steht mehr als einmal da. Nenne jeden Zugriff einmal.',
  meantSeveral: 'Wenn mehrere gemeint sind, setze Leerzeichen um das +.',

  terms(what, risk, stages, heldUntil, isPending) {
    const people = stages
      .map(({ required, group }) => (group === null ? 'die Führungskraft' : `${required} aus ${group}`))
      .join(', dann ');
    const asked = people === '' ? 'niemand, denn die Richtlinien geben es sofort' : people;
    const held = heldUntil === null ? '' : ` Du hast es bis ${heldUntil}.`;
    const pending = isPending ? ' Du hast es schon angefragt, und noch hat niemand entschieden.' : '';
    return `${what} · ${risk} · zustimmen müssen: ${asked}.${held}${pending}`;
  },
  longest: (seconds, count) =>
    `Längste Dauer für alle: ${duration(seconds)}. Nichts wird gegeben, bevor alle ${count} genehmigt sind; eine Ablehnung lehnt alle ab.`,
};
