import type { Catalogue } from '../catalogue.ts';
import { counted, duration } from './common.ts';

export const glass: Catalogue['glass'] = {
  title: 'Notfallzugriff',
  reading: 'Ich lese, was zu haben ist …',
  take: 'Jetzt nehmen',
  warning: (what, seconds) =>
    what === null
      ? `Damit bekommst du einen Zugriff sofort, für höchstens ${duration(seconds)}. Niemand genehmigt ihn.`
      : `Damit bekommst du ${what} sofort, für ${duration(seconds)}. Niemand genehmigt es.`,
  whoHears: (signatures) =>
    `Die Genehmigenden und der Protokollkanal erfahren es jetzt, und ${signatures} Genehmigende unterschreiben danach, ob es richtig war.`,
  sessionsEnd: 'Deine Sitzungen enden damit.',
  canItWait: 'Wenn es warten kann, frage stattdessen mit `/request-access` an.',
  access: 'Zugriff',
  accessPlaceholder: 'Was sofort zu haben ist: ein Teil des Namens',
  justification: 'Begründung',
  justificationHint: 'Zum Beispiel: INC-42 die Datenbank steht, und niemand in Bereitschaft kann genehmigen',
  justificationPattern: (example) => `Darin muss etwas stehen wie: ${example}`,

  cardTitle: (status, isOpen) => `Notfallzugriff: ${status}, ${isOpen ? 'Prüfung offen' : 'geprüft'}`,
  taken: 'genommen',
  inOne: (who, what, seconds, why) => `Notfallzugriff: ${who} hat ${what} für ${duration(seconds)} genommen: ${why}`,
  took: (who, what, at) => `${who} hat ${what} genommen, ${at}. Niemand hat es genehmigt.`,
  lease: (seconds) => `*Für*  ${duration(seconds)}`,
  notLiveYet: '*Jetzt*  genommen, in Keycloak noch nicht aktiv',
  beingTaken: '*Jetzt*  wird gerade entzogen',
  reviewOpen: (missing, group) =>
    `*Prüfung*  offen, bis ${counted(missing, 'weitere Person', 'Personen')} aus ${group} ${missing === 1 ? 'unterschrieben hat' : 'unterschrieben haben'}.`,
  reviewClosed: (signatures) => `*Prüfung*  abgeschlossen: ${signatures} Personen haben unterschrieben.`,
  remark: (by, at, right, comment) =>
    `${by}, ${at}: es war ${right ? 'richtig' : '*nicht richtig*'}${comment === null ? '.' : `: ${comment}`}`,
  whyYou: (group) =>
    `Das steht hier, weil der Kanal zu ${group} gehört; nur deren Mitglieder können unterschreiben, und nicht, wer es genommen hat.`,
  endNow: 'Jetzt beenden',
  endNowLabel: (what) => `Jetzt beenden: ${what}`,
  sign: 'Unterschreiben…',
  signLabel: (what) => `Prüfung unterschreiben: ${what}`,

  signTitle: 'Unterschreiben',
  signReading: 'Ich lese, was genommen wurde …',
  submitSign: 'Unterschreiben',
  wasItRight: 'War es richtig?',
  right: 'Es war richtig',
  wrong: 'Es war nicht richtig',
  comment: 'Kommentar',
  commentHint: 'Alle im Kanal der Genehmigenden können ihn lesen',

  line: {
    taken: (by, seconds, signatures) =>
      `Notfallzugriff: ${by} hat es für ${duration(seconds)} genommen. Niemand hat es genehmigt; ${signatures} der Genehmigenden müssen unterschreiben, ob es richtig war.`,
    signed(by, { count, needed }, right, comment) {
      const closed = count >= needed ? ' Die Prüfung ist abgeschlossen.' : '';
      const text = comment === null ? '.' : `: ${comment}`;
      return `${by} hat unterschrieben (${count} von ${needed}): es war ${right ? 'richtig' : 'nicht richtig'}${text}${closed}`;
    },
    waits: (count, needed) => `Die Prüfung ist noch offen: ${count} von ${needed} haben unterschrieben.`,
  },
  youTook: (what, seconds, signatures) =>
    `Du hast ${what} für ${duration(seconds)} genommen. Ich aktiviere es jetzt. Die Genehmigenden und der Protokollkanal wissen es, und ${signatures} Genehmigende werden unterschreiben, ob es richtig war.`,
  youSigned: (what, by, isClosed) =>
    `Du hast die Prüfung von ${what} unterschrieben, genommen von ${by}. ${isClosed ? 'Sie ist jetzt abgeschlossen.' : 'Noch jemand muss sie unterschreiben.'}`,
  alarmTitle: '*Notfallzugriff*',
  alarm: (by, what, seconds, signatures) =>
    `${by} hat ${what} für ${duration(seconds)} genommen. Niemand hat es genehmigt. Die Genehmigenden haben die Karte mit der Begründung; ${signatures} von ihnen müssen unterschreiben.`,
  help: '• `/access break-glass production-read INC-42 die Datenbank steht`  ein Notfall: sofort nehmen, wo es dafür freigegeben ist; zwei Genehmigende unterschreiben danach',

  homeTitle: 'Wartet auf deine Unterschrift',
  homeTook: (who, what, seconds, at) => `${who} hat ${what} für ${duration(seconds)} genommen, ${at}`,
  homeSigned: (count, needed) => `${count} von ${needed} unterschrieben`,
  openCard: 'Die Karte öffnen, um zu unterschreiben',

  refusal: {
    notMarked: (path) =>
      `„${path}“ ist nicht für den Notfall freigegeben, darum wurde nichts genommen. Frage mit /request-access an.`,
    tooOften: (limit) =>
      `Du hast innerhalb eines Tages ${limit} Mal im Notfall Zugriff genommen, mehr geht nicht. Frage mit /request-access an, oder sprich mit den Genehmigenden.`,
    ownReview: 'Das hast du selbst genommen, darum müssen zwei andere unterschreiben.',
    alreadySigned: 'Das hast du schon unterschrieben, und jede Person zählt einmal. Jemand anders muss unterschreiben.',
    reviewClosed: 'Zwei Personen haben das unterschrieben, die Prüfung ist abgeschlossen, und nichts wurde geändert.',
  },
};
