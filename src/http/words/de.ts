import { html } from '../pages/html.ts';
import { problems } from './de-problems.ts';
import type { Words } from './en.ts';
import { clock, day, duration } from './moments.ts';

/** German, with the words of the messages in Slack: Zugriff, Anfrage, genehmigen, ablehnen, Stufe; the reader is `du`. */
export const de: Words = {
  language: 'de',
  start: {
    link: {
      title: 'Verknüpfe dein Konto',
      what: (name, inBrackets) =>
        html`Du bist dabei, das Slack-Konto <strong>${name}</strong> (${inBrackets}) mit deinem Keycloak-Konto zu
          verknüpfen.`,
      onlyIf: 'Mache nur weiter, wenn du selbst in Slack /access link getippt hast.',
    },
    approve: {
      title: 'Zum Genehmigen neu anmelden',
      what: (name, inBrackets) =>
        html`Eine Genehmigung mit dem Slack-Konto <strong>${name}</strong> (${inBrackets}) braucht eine frische
          Anmeldung bei Keycloak. Danach siehst du, was du genehmigst.`,
      onlyIf: 'Mache nur weiter, wenn du selbst in Slack auf Genehmigen gedrückt hast.',
    },
    take: {
      title: 'Neu anmelden, um Zugriff zu nehmen',
      what: (name, inBrackets) =>
        html`Mit dem Slack-Konto <strong>${name}</strong> (${inBrackets}) soll sofort Zugriff genommen werden. Das
          braucht eine frische Anmeldung bei Keycloak. Danach siehst du, was du nimmst.`,
      onlyIf: 'Mache nur weiter, wenn du das selbst in Slack getan hast.',
    },
    revoke_all: {
      title: 'Neu anmelden, um alles zu beenden',
      what: (name, inBrackets) =>
        html`Mit dem Slack-Konto <strong>${name}</strong> (${inBrackets}) sollen alle befristeten Zugriffe beendet
          werden. Das braucht eine frische Anmeldung bei Keycloak. Danach siehst du, wie viele es sind.`,
      onlyIf: 'Mache nur weiter, wenn du das selbst in Slack getan hast.',
    },
    elseClose: 'Hat dir jemand diesen Link geschickt, schließe diese Seite.',
    inWorkspace: (workspace) => html`Workspace ${workspace}`,
    button: 'Bei Keycloak anmelden',
  },
  link: {
    title: 'Bist du beides?',
    slack: 'In Slack',
    keycloak: 'In Keycloak',
    workspace: 'Workspace',
    memberId: 'Mitglieds-ID',
    button: 'Diese beiden verknüpfen',
    ifNot:
      'Wenn du eines davon nicht bist, schließe diese Seite: dann wird nichts verknüpft. Wenn du diesen Link nicht angefordert hast, sage es der Administration.',
  },
  code: {
    title: 'Tippe diesen Code in Slack',
    where: (name) =>
      html`Tippe ihn in Slack in deine eigenen Direktnachrichten mit Leasehold, als <strong>${name}</strong>.`,
    until: (at) => `Er gilt bis ${clock(at)}.`,
    secret: 'Verrate ihn sonst niemandem: niemand von Leasehold wird dich danach fragen.',
  },
  decision: {
    title: 'Diesen Zugriff genehmigen?',
    titleOfMany: (count) => `Diese ${count} genehmigen?`,
    asks: (who, path) => html`<strong>${who}</strong> bittet um <strong>${path}</strong>`,
    asksFor: (who, path, beneficiary) =>
      html`<strong>${who}</strong> bittet um <strong>${path}</strong> für <strong>${beneficiary}</strong>`,
    lease: 'Dauer',
    leaseFrom: (seconds, startsAt) =>
      `${duration('de', seconds)}, ab ${startsAt === null ? 'der Genehmigung' : day(startsAt)}`,
    why: 'Begründung',
    gives: 'Enthält',
    noRoles: 'keine Rollen',
    moreRoles: (count) => ` und ${count} weitere`,
    risk: 'Risiko',
    risks: { low: 'niedrig', medium: 'mittel', high: 'hoch', critical: 'kritisch' },
    stage: 'Stufe',
    stageOf: (stage, stages) => `${stage} von ${stages}`,
    approvedBy: 'Genehmigt von',
    button: 'Genehmigen',
    buttonOfMany: (count) => `Alle ${count} genehmigen`,
    orInSlack: 'Zum Ablehnen oder Kürzen gehe zurück zu Slack.',
    done: 'Deine Genehmigung ist da',
    doneWhat: (paths) =>
      html`Deine Genehmigung für <strong>${paths}</strong> wird geprüft. Was daraus wurde, zeigt die Karte in Slack.`,
  },
  taking: {
    title: 'Diesen Zugriff jetzt nehmen?',
    what: (path) =>
      html`Du bekommst <strong>${path}</strong> sofort, ohne Genehmigung. Die Genehmigenden erfahren davon, und zwei von
        ihnen prüfen es.`,
    lease: (seconds) => duration('de', seconds),
    button: 'Jetzt nehmen',
    done: 'Kommt gleich',
    doneWhat: (path) => html`<strong>${path}</strong> wird dir gegeben. Leasehold schreibt dir in Slack.`,
  },
  ending: {
    title: 'Alle Zugriffe beenden?',
    what: (realm, leases) =>
      html`Im Realm
        <strong>${realm}</strong>
        ${leases === 1 ? 'würde ein befristeter Zugriff' : `würden alle ${leases} befristeten Zugriffe`} jetzt enden.`,
    button: 'Alle beenden',
    done: 'Alle Zugriffe werden beendet',
    doneWhat: 'Leasehold schreibt dir in Slack, wie viele es waren.',
  },
  confirm: {
    you: 'Du bist',
    orClose: 'Willst du das nicht, schließe diese Seite: Dann geschieht nichts.',
    close: 'Du kannst diese Seite schließen.',
  },
  onward: {
    title: 'Weiter zu Keycloak',
    what: 'Keycloak öffnet sich gleich.',
    link: 'Weiter zu Keycloak',
  },
  problems,
};
