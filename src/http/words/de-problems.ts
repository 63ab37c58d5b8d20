import type { Words } from './en.ts';

export const problems: Words['problems'] = {
  unknown: {
    title: 'Diesen Link gibt es nicht',
    what: 'Leasehold kennt diesen Link nicht. Öffne ihn noch einmal aus Slack, oder beginne dort von vorn, um einen neuen zu bekommen.',
  },
  used: {
    title: 'Dieser Link ist verbraucht',
    what: 'Jeder Link gilt einmal; was du damit getan hast, gilt. Beginne in Slack von vorn, wenn du noch einen brauchst.',
  },
  expired: {
    title: 'Dieser Link ist abgelaufen',
    what: 'Nichts wurde geändert. Beginne in Slack von vorn, um einen neuen zu bekommen.',
  },
  other_browser: {
    title: 'Woanders begonnen',
    what: 'Diese Anmeldung ging in einem anderen Browser oder Tab weiter. Mache dort weiter, oder öffne den Link noch einmal aus Slack, um hier neu zu beginnen.',
  },
  no_cookie: {
    title: 'Ein Cookie fehlt',
    what: 'Dein Browser hat zu dieser Anmeldung kein Cookie geschickt. Erlaube Cookies für diese Seite und öffne den Link noch einmal aus Slack.',
  },
  stale_form: {
    title: 'Diese Seite ist veraltet',
    what: 'Vielleicht ist sie in zwei Tabs offen, oder du bist zu ihr zurückgegangen. Öffne den Link noch einmal aus Slack, um den jetzigen Stand zu sehen.',
  },
  other_person: {
    title: 'Ein anderes Keycloak-Konto',
    what: 'Dein Slack-Konto ist mit einem anderen Keycloak-Konto verknüpft als dem, mit dem du dich angemeldet hast; darum ist nichts geschehen. Öffne den Link noch einmal aus Slack und melde dich mit dem verknüpften an.',
  },
  email_of_other: {
    title: 'Diese E-Mail-Adresse gehört jemand anderem',
    what: 'Die E-Mail-Adresse dieses Keycloak-Kontos gehört einem anderen Mitglied eures Slack, und es weiß nun davon. Wenn du beides bist, bitte die Administration um Hilfe.',
  },
  linked_elsewhere: {
    title: 'Schon verknüpft',
    what: 'Eines der beiden Konten ist schon mit einem anderen verknüpft. Tippe damit in Slack zuerst /access unlink, dann noch einmal /access link.',
  },
  not_this_account: {
    title: 'Dieses Konto kann nicht verknüpft werden',
    what: 'Verknüpft werden nur volle, aktive Mitglieder eures Slack, keine Gäste und keine deaktivierten Konten. Wende dich an die Administration eures Slack.',
  },
  changed: {
    title: 'Die Anfrage hat sich geändert',
    what: 'Sie ist nicht mehr das, was du genehmigen wolltest; darum wurde nichts genehmigt. Sieh dir ihre Karte in Slack an und entscheide neu.',
  },
  settled: {
    title: 'Schon entschieden',
    what: 'Über diese Anfrage wurde inzwischen entschieden, oder sie ist vorbei; dein Klick hat nichts geändert. Ihre Karte in Slack sagt, wie es ausging.',
  },
  too_many: {
    title: 'Warte eine Minute',
    what: 'Es wurden zu viele Seiten auf einmal aufgerufen. Öffne den Link in einer Minute noch einmal aus Slack.',
  },
  keycloak_away: {
    title: 'Keycloak antwortet nicht',
    what: 'Nichts wurde geändert. Öffne den Link in ein paar Minuten noch einmal aus Slack.',
  },
  slack_away: {
    title: 'Slack antwortet nicht',
    what: 'Nichts wurde geändert. Öffne den Link in ein paar Minuten noch einmal aus Slack.',
  },
  store_away: {
    title: 'Leasehold kann gerade nicht arbeiten',
    what: 'Die Datenbank antwortet nicht, darum wurde nichts geändert. Öffne den Link in ein paar Minuten noch einmal aus Slack.',
  },
  denied: {
    title: 'Anmeldung abgebrochen',
    what: 'Keycloak hat dich nicht angemeldet, darum wurde nichts geändert. Öffne den Link noch einmal aus Slack, um es neu zu versuchen.',
  },
  forged: {
    title: 'Anmeldung nicht angenommen',
    what: 'Die Antwort, die dein Browser gebracht hat, gehört nicht zu dieser Anmeldung. Öffne den Link noch einmal aus Slack; wenn es wieder geschieht, sage es der Administration.',
  },
  stale: {
    title: 'Anmeldung zu alt',
    what: 'Keycloak hat dich nicht frisch angemeldet. Öffne den Link noch einmal aus Slack und melde dich neu an.',
  },
  weak: {
    title: 'Eine stärkere Anmeldung ist nötig',
    what: 'Hierfür brauchst du einen Passkey oder ein Einmalpasswort. Richte in Keycloak eines davon ein, wenn du keines hast, und öffne den Link noch einmal aus Slack.',
  },
  elsewhere: {
    title: 'Beginne in Slack',
    what: 'Der Knopf wurde nicht auf dieser Seite gedrückt, darum ist nichts geschehen. Öffne den Link noch einmal aus Slack.',
  },
};
