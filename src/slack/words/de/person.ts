import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import { counted, duration } from './common.ts';
import { ended, leases } from './facts.ts';

const forWhom = (who: Ready | null): string => (who === null ? '' : ` für ${who}`);

export const person: Catalogue['person'] = {
  received({ what, who, seconds, stages, until }) {
    const needed = stages
      .map(({ required, group }) => (group === null ? 'die Führungskraft' : `${required} aus ${group}`))
      .join(', dann ');
    return `Deine Anfrage zu ${what}${forWhom(who)} für ${duration(seconds)} liegt den Genehmigenden vor. Nötig: ${needed}. Sie wartet bis ${until}; ich schreibe dir, wenn entschieden ist.`;
  },
  askedForYou: (by, what, seconds, why) =>
    `${by} hat für dich um ${what} gebeten, für ${duration(seconds)}: ${why}\nDu musst nichts tun; ich schreibe dir, wenn entschieden ist.`,

  approved(what, who, seconds, asked, next) {
    const shortened = seconds < asked ? ` (gekürzt, angefragt: ${duration(asked)})` : '';
    return `${what}${forWhom(who)} ist genehmigt für ${duration(seconds)}${shortened}. ${next}`;
  },
  allowed: (what, who, seconds, next) =>
    `${what}${forWhom(who)} braucht keine Genehmigung und gilt für ${duration(seconds)}. ${next}`,
  denied: (by, what, who, comment) =>
    `${by} hat ${what}${forWhom(who)} abgelehnt${comment === null ? '. Sprecht miteinander, oder frage mit mehr Worten neu an.' : `: ${comment}`}`,
  stuck: (what, who, why) =>
    `Deine Anfrage zu ${what}${forWhom(who)} kann so, wie es steht, nicht genehmigt werden. ${why} Sie wartet weiter; ziehe sie mit /access zurück, wenn du sie nicht mehr brauchst.`,
  expired: (what, who) =>
    `Über ${what}${forWhom(who)} hat niemand rechtzeitig entschieden, die Anfrage ist damit vorbei. Frage neu an, wenn du es noch brauchst.`,
  withdrawn: (what, who) => `Deine Anfrage zu ${what}${forWhom(who)} ist zurückgezogen. Nichts wurde vergeben.`,
  reopened: (what, who) =>
    `Zu deiner Anfrage zu ${what}${forWhom(who)} hat sich in Keycloak etwas geändert, sie wird neu gestellt; frühere Genehmigungen zählen nicht mehr.`,

  youDenied: (what, who) => `Du hast ${what} für ${who} abgelehnt.`,
  yourApprovalCounts: (what, who) =>
    `Deine Genehmigung von ${what} für ${who} zählt. Bis es aktiv wird, sind weitere Genehmigungen nötig.`,
  youApproved: (what, who) => `Du hast ${what} für ${who} genehmigt. Die Karte zeigt, wann es aktiv ist.`,

  waitingForKeycloak: (what) =>
    `${what} ist genehmigt. Keycloak antwortet nicht, darum ist es noch nicht aktiv. Ich versuche es weiter und melde mich hier.`,
  live(what, until, seconds, tokensUntil, tokenSeconds) {
    const tokens =
      tokensUntil === null
        ? ''
        : ` Anwendungen können vor dem Ende ausgestellte Token noch bis ${tokensUntil} annehmen.`;
    const wait = tokenSeconds > 0 ? `, oder warte bis zu ${duration(tokenSeconds)}` : '';
    return `Du hast ${what} bis ${until} (${duration(seconds)}). Wenn eine Anwendung es noch nicht sieht, melde dich dort neu an${wait}.${tokens}`;
  },
  endsSoon: (what, leftSeconds, at) => `${what} endet: noch *${duration(leftSeconds)}*, ${at}.`,
  askedForMore: 'Du hast um mehr Zeit gebeten, und noch hat niemand entschieden.',
  extendAsks:
    'Verlängern fragt die Genehmigenden nach noch einmal so viel Zeit; bis sie entscheiden, wird nichts unterbrochen.',

  ended: (what, at, endedBy) =>
    `Dein befristeter Zugriff auf ${what} ist beendet, ${at}: ${endedBy === 'release' ? 'du hast ihn zurückgegeben' : ended[endedBy]}.`,
  endedOf: (holder, what, at, endedBy) =>
    `Der befristete Zugriff von ${holder} auf ${what} ist beendet, ${at}: ${ended[endedBy]}.`,
  kept: 'Der Zugriff bleibt dir, weil ein anderer befristeter Zugriff darauf noch läuft oder du ihn vorher schon hattest.',
  gone: 'Der Zugriff ist entfernt.',
  askedAgain: 'Du hast es neu angefragt: wird das genehmigt, bekommst du es wieder, und ich schreibe dir hier.',

  ending: (what, count) =>
    `Ich entziehe ${what} jetzt${count > 1 ? ` (${counted(count, 'befristeter Zugriff', 'befristete Zugriffe')})` : ''}. Die Karte zeigt, wann es entfernt ist.`,
  endingMany: (many) => `Ich beende jetzt ${leases(many)}. Die Karten zeigen, wann alles entfernt ist.`,

  auditWhole: (entries) =>
    `Das Protokoll ist unversehrt: ${counted(entries, 'Eintrag', 'Einträge')}, jeder mit dem davor verkettet.`,
  auditBroken: (problem, entries) =>
    `Das Protokoll ist nicht unversehrt: ${problem}. Gelesen: ${counted(entries, 'Eintrag', 'Einträge')}. Bitte dem Betrieb melden und die Datenbank lassen, wie sie ist.`,

  help: [
    'Das kannst du eingeben:',
    '• `/request-access`  ein Formular, um Zugriff anzufragen',
    '• `/request-access production-read 2h INC-42 Fehlersuche`  dasselbe in einer Zeile: Zugriff, Dauer, Begründung',
    '• `/request-access production-read @ann @bob 2h INC-42 erster Tag`  dasselbe für andere: eine Person, oder bis zu 50 auf einmal',
    '• `/request-access production-read + grafana/viewer 2h INC-42 Fehlersuche`  mehrere auf einmal, alles oder nichts',
    '• `/request-access production-read 2h from:+3h INC-42 Fehlersuche`  mit Beginn in drei Stunden, oder `from:2026-12-01T18:00`',
    '• `/access`  was du hast und worauf du wartest, mit Zurückgeben, Verlängern und Zurückziehen; mein *Home*-Tab zeigt es auch, und was auf deine Entscheidung wartet',
    '• `/access link`  einmal belegen, wer du in Keycloak bist; `/access unlink` beendet das',
  ],
  helpForAdmins: [
    '• `/access revoke @person production-read`  den Zugriff einer Person jetzt beenden; `everything` beendet alle dieser Person',
    '• `/access revoke everyone production-read`  den Zugriff aller darauf beenden; `/access revoke everything` fragt vorher nach',
    '• `/access links`  wer mit wem in Keycloak verknüpft ist; `/access unlink @person` beendet es',
    '• `/access explain @person production-read 4h`  was aus dieser Anfrage würde, wer gefragt würde, und welche Regel der Policy das sagt',
    '• `/access-audit`  die neuesten Einträge; einzugrenzen mit @person, einem Teil eines Pfads, `since:7d`, `until:2d`, `state:live`',
    '• `/access-audit csv`  dasselbe als Datei; `/access-audit verify`  ob das Protokoll unversehrt ist',
  ],
};
