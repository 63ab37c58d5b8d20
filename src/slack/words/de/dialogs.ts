import type { Catalogue } from '../catalogue.ts';
import { leases } from './facts.ts';

export const dialogs: Catalogue['dialogs'] = {
  title: { approve: 'Genehmigen', shorter: 'Kürzer genehmigen', deny: 'Ablehnen', question: 'Nachfragen' },
  cancel: 'Abbrechen',
  close: 'Schließen',
  readingRequest: 'Ich lese die Anfrage …',
  duration: 'Dauer',
  durationPlaceholder: 'Eine kürzere Zeit',
  comment: 'Kommentar',
  commentHint: 'Was die anfragende Person wissen oder stattdessen tun sollte',
  question: 'Rückfrage',
  questionHint: 'Die anfragende Person bekommt sie von mir privat und kann antworten; die Anfrage wartet weiter',

  endEverything: 'Alle Zugriffe beenden',
  countingLeases: 'Ich zähle die befristeten Zugriffe …',
  wouldEnd: (all, realm) => `Das entzieht ${leases(all)} im Realm ${realm}: allen Personen, auf einmal.`,
  requestsStay: 'Wartende Anfragen bleiben und können auch danach genehmigt werden.',
  realm: 'Realm',
  realmHint: (realm) => `Zum Bestätigen ${realm} eingeben`,

  nothingDone: 'Nichts ist geschehen',
  notRecorded:
    'Ich konnte das nicht festhalten, darum ist nichts geschehen. Bitte in einer Minute noch einmal versuchen.',
  formNotOpened:
    'Slack hat das Formular nicht rechtzeitig geöffnet, darum wurde nichts angefragt. Bitte noch einmal versuchen.',
  dialogNotOpened:
    'Ich konnte den Dialog nicht rechtzeitig öffnen, darum ist nichts geschehen. Bitte noch einmal versuchen.',
};
