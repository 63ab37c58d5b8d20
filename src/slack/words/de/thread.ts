import type { Catalogue } from '../catalogue.ts';
import { duration } from './common.ts';
import { ended } from './facts.ts';

export const thread: Catalogue['thread'] = {
  asked: (by, onBehalfOf) => `Angefragt von ${by}${onBehalfOf === null ? '' : ` im Namen von ${onBehalfOf}`}.`,
  reminder: 'Wartet noch auf eine Entscheidung.',
  approved(by, stage, stages, seconds, shortened) {
    const where = stage === null ? '' : ` auf Stufe ${stage} von ${stages}`;
    return `Genehmigt von ${by}${where}${shortened ? ', gekürzt auf' : ' für'} ${duration(seconds)}.`;
  },
  denied: (by, comment) => `Abgelehnt von ${by}${comment === null ? '.' : `: ${comment}`}`,
  question: (by, text) => `${by} fragt: ${text}`,
  answer: (by, text) => `${by} antwortet: ${text}`,
  withdrawn: (by) => `Zurückgezogen von ${by}.`,
  expired: 'Niemand hat rechtzeitig entschieden, die Anfrage ist damit vorbei.',
  reopened:
    'Was dieser Zugriff gibt oder wer entscheiden darf, hat sich in Keycloak geändert. Frühere Genehmigungen zählen nicht mehr; bitte neu entscheiden.',
  escalated: (from, to) => `${from} hat nicht entschieden, darum wird auch ${to} gefragt.`,
  stuck: (why) => `Dies kann so, wie es steht, nicht genehmigt werden. ${why} Die Anfrage wartet weiter.`,
  live: (until, tokensUntil) =>
    `Aktiv: Keycloak hat es bestätigt. Das Ende ist ${until}; davor ausgestellte Token können bis ${tokensUntil} gelten.`,
  endingSoon: (at) => `Endet bald: ${at}. Wer den Zugriff hat, weiß Bescheid.`,
  released: (by) => `${by} hat es zurückgegeben. Ich entferne es.`,
  revoked: (by) => `${by} hat es entzogen. Ich entferne es.`,
  endedKept: (at, endedBy) =>
    `Der befristete Zugriff ist beendet, ${at}: ${ended[endedBy]}. Der Zugriff bleibt, weil ein anderer befristeter Zugriff darauf noch läuft oder er vorher schon da war.`,
  ended: (at, endedBy) => `Zugriff beendet ${at}: ${ended[endedBy]}.`,
  readBack: 'In Keycloak entfernt und nachgelesen: es ist weg.',
  trouble: (nextTry) =>
    `Keycloak hat nicht getan, worum ich gebeten habe. Ich versuche es wieder; der nächste Versuch ist ${nextTry}.`,
};
