import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';
import { ended } from '../en/common.ts';
import { counted, duration, listed } from './common.ts';

type Say = Catalogue['refusals'];
type NoApprovers = Parameters<Say['noApprovers']>[0];
type Settled = Parameters<Say['settled']>[0];

const USAGE: Say['usage'] = {
  '/request-access':
    'Schreibe `/request-access` allein für ein Formular, oder `/request-access &lt;Zugriff&gt; &lt;Dauer&gt; &lt;Begründung&gt;`, zum Beispiel `/request-access production-read 2h INC-42 Fehlersuche`. Mehrere auf einmal, alles oder nichts: `/request-access production-read + grafana/viewer 2h INC-42 Fehlersuche`.',
  '/access':
    'Schreibe `/access` für das, was du hast, `/access revoke @person &lt;Zugriff&gt;`, um einen Zugriff zu entziehen (`everything` statt des Zugriffs für alle einer Person, `everyone` statt der Person für alle darauf), `/access break-glass &lt;Zugriff&gt; &lt;Begründung&gt;` im Notfall, `/access explain @person &lt;Zugriff&gt; &lt;Dauer&gt;`, um zu sehen, was aus einer Anfrage würde, oder `/access help`. Wähle die Person aus der Liste, die Slack anbietet, damit der Name eine Erwähnung wird.',
  '/access-audit':
    'Schreibe `/access-audit`, auf Wunsch eingegrenzt mit @person, einem Teil eines Pfads, `since:7d`, `until:2d`, `state:live`, `state:pending`, `state:denied`, `state:ended` oder `state:review` für Notfallzugriffe, deren Prüfung offen ist; `csv` schickt eine Datei, `verify` prüft die Kette.',
};

const IDENTITY: Say['identity'] = {
  outsider:
    'Ich arbeite nur für Mitglieder des Workspace, zu dem ich gehöre, darum ist nichts geschehen. Bitte dort jemanden fragen.',
  guest:
    'Gäste dieses Workspace können mich nicht benutzen, darum ist nichts geschehen. Bitte ein volles Mitglied anfragen lassen.',
  deactivated: 'Dieses Slack-Konto ist deaktiviert, darum ist nichts geschehen.',
  bot: 'Bots können keinen Zugriff anfragen und nicht darüber entscheiden; das muss ein Mensch tun.',
  not_linked:
    'Ich weiß nicht, welches Keycloak-Konto deines ist, denn keines hat deine E-Mail-Adresse aus Slack. Bitte die Administration, sie einzutragen oder an deinem Konto das Attribut slack-user-id zu setzen.',
  link_needed:
    'Bei diesem Risiko belegt eine E-Mail-Adresse nicht genug, wer du bist. Schreibe `/access link`, oder bitte die Administration, an deinem Keycloak-Konto das Attribut slack-user-id zu setzen.',
  identity_ambiguous:
    'Mehr als ein Keycloak-Konto könnte deines sein, darum nehme ich keines. Bitte die Administration, das Attribut slack-user-id nur am richtigen zu setzen.',
  email_unverified:
    'Deine E-Mail-Adresse ist nicht in Slack und Keycloak bestätigt, darum belegt sie nichts. Bestätige sie und versuche es noch einmal.',
  user_disabled:
    'Dein Keycloak-Konto ist deaktiviert, darum ist nichts geschehen. Bitte die Administration, es zu aktivieren.',
};

/** Why somebody cannot be asked for, as the rest of a sentence. */
const THEIRS: Readonly<Record<Parameters<Say['notForThem']>[1], string>> = {
  outsider: 'das Konto gehört nicht zu diesem Workspace',
  guest: 'das Konto ist nur Gast in diesem Workspace',
  deactivated: 'das Slack-Konto ist deaktiviert',
  bot: 'das ist ein Bot',
  not_linked: 'ich weiß nicht, welches Keycloak-Konto dazu gehört',
  link_needed: 'bei diesem Risiko muss zuerst mit `/access link` belegt sein, wer das ist',
  identity_ambiguous: 'mehr als ein Keycloak-Konto könnte dazu gehören',
  email_unverified: 'die E-Mail-Adresse ist nicht in Slack und Keycloak bestätigt',
  user_disabled: 'das Keycloak-Konto ist deaktiviert',
  not_eligible: 'die Person ist nicht in der Gruppe derer, die es haben dürfen',
};

/** Why the manager cannot decide, as the rest of a sentence. */
const NO_MANAGER: Readonly<Record<Parameters<Say['noManager']>[1], string>> = {
  not_set: 'Keycloak nennt keine; am Konto muss das Attribut manager gesetzt werden',
  untrusted: 'das Attribut manager kann dort jede Person selbst schreiben, darum zählt es nicht',
  unknown: 'das Attribut manager nennt niemanden, den es in Keycloak gibt',
  ambiguous: 'das Attribut manager nennt mehr als eine Person',
  disabled: 'das Keycloak-Konto, das im Attribut manager steht, ist deaktiviert',
  asks: 'im Attribut manager steht jemand, von dem oder für den die Anfrage ist',
  counts_once: 'sie wird auch auf einer anderen Stufe gebraucht, und jede Person zählt einmal',
  not_found: 'ich finde ihr Slack-Konto nicht',
  outsider: 'ihr Konto gehört nicht zu diesem Workspace',
  guest: 'ihr Konto ist nur Gast in diesem Workspace',
  deactivated: 'ihr Slack-Konto ist deaktiviert',
  bot: 'sie ist ein Bot',
  not_linked: 'ich weiß nicht, welches Keycloak-Konto zu ihrem Slack-Konto gehört',
  link_needed: 'bei diesem Risiko muss sie zuerst mit `/access link` belegen, wer sie ist',
  identity_ambiguous: 'ihr Slack-Konto könnte zu mehr als einer Person gehören',
  email_unverified: 'ihre E-Mail-Adresse ist nicht in Slack und Keycloak bestätigt',
  user_disabled: 'ihr Keycloak-Konto ist deaktiviert',
};

export const refusals: Say = {
  identity: IDENTITY,
  notAdmin: (group) => `Das können nur Mitglieder von ${group}. Bitte dort jemanden fragen.`,
  mayNotRevoke: (group) =>
    `Zugriff anderer beenden können nur Mitglieder von ${group}, und Genehmigende bei dem, was sie genehmigen. Bitte dort jemanden fragen.`,

  usage: USAGE,
  unknownAccess: (asked) =>
    `Ich kenne keinen Zugriff wie ${quoted(asked)}. Öffne mit /request-access das Formular und wähle aus der Liste.`,
  ambiguousAccess: (asked, { names, rest }) =>
    `${quoted(asked)} passt auf mehr als einen Zugriff: ${listed(
      names.map((name) => `\`${name}\``),
      rest,
    )}. Schreibe mehr von dem, den du meinst.`,
  notRequestable: (path, because) =>
    `${quoted(path)} kann nicht angefragt werden: ${because}. Bitte alle fragen, die es in Keycloak betreuen.`,
  againstPolicy: (path, why, rules, decision) =>
    `Die Richtlinien erlauben ${quoted(path)} nicht${why.length === 0 ? '.' : `: ${why.map(ended).join(' ')}`}${rules.length === 0 ? '' : ` (${rules.length === 1 ? 'Regel' : 'Regeln'}: ${rules.join('; ')}.)`} Ist das falsch, bitte das Sicherheitsteam fragen und die Entscheidung ${decision} nennen.`,
  policyUndecided: (path, why, decision) =>
    `Die Richtlinien können über ${quoted(path)} gerade nicht entscheiden, darum verweigere ich es: ${why.map(ended).join(' ')} Der Betrieb weiß davon; versuche es später noch einmal (Entscheidung ${decision}).`,
  notEligible: (path, group) =>
    `${quoted(path)} können nur Mitglieder von ${group} anfragen. Bitte zuerst um Aufnahme in diese Gruppe.`,
  notForThem: (who, because) => `Für ${who} kann ich das nicht annehmen: ${THEIRS[because]}.`,
  askerLeft: (who, because) => `${who} hat dies angefragt und könnte es nicht mehr: ${THEIRS[because]}.`,
  beneficiaryIsBot: 'Das ist mein eigenes Konto. Mir selbst gebe ich nie Zugriff.',
  badDuration: (asked) => `Ich kann die Dauer ${quoted(asked)} nicht lesen. Schreibe sie als 30m, 4h oder 2d.`,
  tooShort: (minSeconds, typed) => `Die kürzeste Dauer ist ${duration(minSeconds)}. Frage mindestens ${typed} an.`,
  tooLong: (path, maxSeconds, typed) =>
    `Die längste Dauer für ${quoted(path)} ist ${duration(maxSeconds)}. Frage ${typed} oder weniger an.`,
  justificationMissing: 'Schreibe in wenigen Worten, wozu du es brauchst; die Genehmigenden werden es lesen.',
  justificationTooLong: (points, most) =>
    `Die Begründung hat ${points} Zeichen; ${most} sind das Höchste. Kürze sie und verlinke den Rest.`,
  justificationPattern: (example) =>
    `In der Begründung muss etwas stehen wie ${quoted(example)}; ergänze es und frage neu an.`,

  noApprovers: (because, group, required) =>
    `Darüber könnte niemand entscheiden: ${noApprovers(because, group, required)}. Bitte alle fragen, die es in Keycloak betreuen.`,
  noManager: (of, because) =>
    `Die Führungskraft von ${of} muss darüber entscheiden und kann es nicht: ${NO_MANAGER[because]}. Bitte alle fragen, die Keycloak betreuen.`,
  alreadyPending: (path, see) =>
    `${quoted(path)} ist schon angefragt und wartet noch auf eine Entscheidung.${also(see)} Wer angefragt hat, kann die Anfrage mit /access zurückziehen.`,
  tooManyPending: (limit) =>
    `Von dir warten ${limit} Anfragen, mehr geht nicht. Ziehe mit /access eine zurück oder warte auf eine Entscheidung.`,
  tooManyRecently: (limit) =>
    `Du hast ${limit} Mal innerhalb einer Stunde angefragt, mehr geht nicht. Versuche es später noch einmal.`,
  tooManyPeople: (count, limit) =>
    `Du hast ${count} Personen genannt, auf einmal gehen höchstens ${limit}; darum wurde für niemanden angefragt. Nenne weniger, dann die übrigen.`,
  bundleForMany:
    'Mehrere Zugriffe für mehrere Personen auf einmal gehen nicht; darum wurde für niemanden angefragt. Frage einen Zugriff an, oder für eine Person.',
  teamUnderWay: (path) =>
    `Ich frage ${quoted(path)} noch für die Personen an, die du vorher genannt hast; darum habe ich nichts Neues angenommen. Warte auf den Bericht, dann frage neu an.`,

  selfApproval: (group) =>
    `Du hast diesen Zugriff selbst angefragt, oder er ist für dich, darum muss jemand anders${inGroup(group)} entscheiden.`,
  alreadyDecidedByYou: (group) =>
    `Du hast diese Anfrage schon genehmigt, und jede Person zählt einmal. Jetzt muss jemand anders${inGroup(group)} entscheiden.`,
  longerThanAsked: (maxSeconds) =>
    `Eine Genehmigung kann die Dauer nur kürzen. Wähle ${duration(maxSeconds)} oder weniger.`,
  notAnApprover: (group) =>
    `Darüber können nur Mitglieder von ${group} entscheiden, und du bist jetzt keines. Bitte dort jemanden fragen.`,
  notTheManager: (of) =>
    `Darüber kann nur die Führungskraft von ${of} entscheiden, und Keycloak nennt dich jetzt nicht als diese.`,
  neededLater:
    'Du wirst auf einer späteren Stufe dieser Anfrage gebraucht, und jede Person zählt einmal. Lass diese Stufe jemand anders genehmigen.',
  settled: (state, by, at) => `${settled(state, by, at)}, darum hat dein Klick nichts geändert.`,
  oldMessage: (see) =>
    `Diese Nachricht zählt nicht mehr, darum hat sich nichts geändert.${see === null ? ' Die neueste Karte der Anfrage zählt.' : also(see)}`,
  changedMeanwhile:
    'Diese Anfrage hat sich geändert, seit die Nachricht gezeichnet wurde, darum hat dein Klick nichts geändert. Sieh sie noch einmal an und entscheide neu.',
  nothingWritten:
    'Darin steht nichts Lesbares, darum wurde niemand gefragt oder benachrichtigt. Schreibe es in wenigen Worten.',
  tooManyQuestions: (limit) =>
    `Zu dieser Anfrage gab es ${limit} Rückfragen, mehr geht nicht. Entscheide mit dem, was auf der Karte steht, oder sprecht miteinander.`,
  alreadyAnswered: (at) => `Das hast du schon beantwortet, ${at}; die Genehmigenden lesen es auf der Karte.`,
  notYours: 'Das gehört nicht dir, darum hat sich nichts geändert. /access zeigt, was deines ist.',
  nothingLive: (path) =>
    `Es gibt keinen aktiven befristeten Zugriff${path === null ? '' : ` auf ${quoted(path)}`}, darum war nichts zu entziehen.`,
  notConfirmed: (realm) =>
    `Um alle Zugriffe zu beenden, gib den Namen des Realm, ${quoted(realm)}, genau so ein. Nichts wurde beendet.`,
  badFilter: (word) => `Ich verstehe ${quoted(word)} nicht. ${USAGE['/access-audit']}`,
  signInNotSetUp:
    'Die Anmeldung bei Keycloak von Slack aus ist hier nicht eingerichtet. Bitte stattdessen die Administration, an deinem Keycloak-Konto das Attribut slack-user-id zu setzen.',
  alreadyLinked: (username) =>
    `Du bist schon mit ${quoted(username)} in Keycloak verknüpft. \`/access unlink\` beendet das.`,
  noLink: 'Du bist mit niemandem in Keycloak verknüpft. Das geht mit `/access link`.',
  noLinkOf: (who) => `${who} ist mit niemandem in Keycloak verknüpft.`,
  noCode: 'Ich warte auf keinen Code von dir, oder er ist zu alt. Beginne neu mit `/access link`.',
  wrongCode: (triesLeft) =>
    triesLeft === 0
      ? 'Das ist nicht der Code, und mehr Versuche gibt es nicht. Beginne neu mit `/access link`.'
      : `Das ist nicht der Code. Sieh noch einmal auf die Seite; du hast noch ${counted(triesLeft, 'Versuch', 'Versuche')}.`,
  cannotLink: {
    account: 'Nur volle Mitglieder dieses Workspace können verknüpft werden.',
    email_of_other:
      'Die E-Mail-Adresse dieses Keycloak-Kontos gehört hier jemand anderem, darum habe ich dich nicht verknüpft.',
    linked_elsewhere:
      'Du oder dieses Keycloak-Konto gehören schon zu einem anderen Konto, darum habe ich dich nicht verknüpft. `/access unlink` beendet eine Verknüpfung; das Attribut slack-user-id kann die Administration berichtigen.',
    disabled: 'Dieses Keycloak-Konto ist deaktiviert, darum habe ich dich nicht verknüpft.',
  },
  tooManySignIns: (limit) =>
    `Du hast innerhalb einer Stunde ${limit}-mal begonnen. Warte eine Stunde, und frage die Administration, wenn etwas nicht geht.`,

  tooLateToCheck:
    'Keycloak hat eine Minute lang nicht geantwortet, darum habe ich deinen Klick verworfen, und nichts hat sich geändert. Bitte noch einmal klicken.',
  keycloakUnavailable: (id) =>
    `Keycloak antwortet nicht, darum ist nichts geschehen. Aktiver Zugriff endet trotzdem pünktlich. Bitte in einer Minute noch einmal versuchen. (${id})`,
  storeUnavailable: (id) =>
    `Ich konnte das nicht festhalten, darum ist nichts geschehen. Bitte in einer Minute noch einmal versuchen. (${id})`,
  broken: (id) =>
    `In mir ist etwas fehlgeschlagen, und nichts ist geschehen. Bitte der Administration diese Nummer nennen: ${id}.`,
};

function inGroup(group: Ready | null): string {
  return group === null ? '' : ` aus ${group}`;
}

function quoted(text: Ready): string {
  return `„${text}“`;
}

/** A link to what is meant, as a sentence of its own. */
function also(see: Ready | null): string {
  return see === null ? '' : ` ${see}.`;
}

function noApprovers(because: NoApprovers, group: Ready, required: number): string {
  switch (because) {
    case 'missing':
      return `die Gruppe der Genehmigenden ${group} gibt es nicht`;
    case 'ambiguous':
      return `mehr als eine Gruppe heißt ${group}`;
    case 'too_few':
      return required === 1
        ? `niemand in ${group} könnte es genehmigen`
        : `in ${group} sind außer dir weniger als ${required} Personen, und ${required} müssen genehmigen`;
    case 'only_you':
      return `in ${group} könnte außer dir niemand entscheiden`;
    case 'no_channel':
      return `${group} hat keinen Slack-Kanal, in den ich schreiben kann`;
  }
}

function settled(state: Settled, by: Ready | null, at: Ready): string {
  switch (state) {
    case 'approved':
      return by === null ? `Dies wurde schon genehmigt, ${at}` : `${by} hat dies schon genehmigt, ${at}`;
    case 'denied':
      return by === null ? `Dies wurde abgelehnt, ${at}` : `${by} hat dies abgelehnt, ${at}`;
    case 'withdrawn':
      return by === null ? `Dies wurde zurückgezogen, ${at}` : `${by} hat dies zurückgezogen, ${at}`;
    case 'expired':
      return `Niemand hat rechtzeitig entschieden, und diese Anfrage endete ${at}`;
    case 'pending':
      return `Diese Anfrage ist weitergegangen, ${at}`;
  }
}
