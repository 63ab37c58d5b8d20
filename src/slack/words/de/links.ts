import type { Catalogue } from '../catalogue.ts';
import type { Ready } from '../ready.ts';

export const links: Catalogue['links'] = {
  signIn: {
    link: (there, until) =>
      `${there}, und ich weiß, wer du in Keycloak bist. Am Ende zeigt die Seite einen Code: Schreibe ihn mir in unseren Direktnachrichten. ${good(until)}`,
    approve: (there, until) =>
      `Hier muss sicher sein, dass du es bist. ${there} und genehmige auf der Seite, die folgt. ${good(until)}`,
    take: (there, until) =>
      `Hier muss sicher sein, dass du es bist. ${there} und nimm dir den Zugriff auf der Seite, die folgt. ${good(until)}`,
    revoke_all: (there, until) =>
      `Hier muss sicher sein, dass du es bist. ${there} und beende alle Zugriffe auf der Seite, die folgt. ${good(until)}`,
  },
  openPage: 'Melde dich bei Keycloak an',

  linked: (username) =>
    `Du bist mit *${username}* in Keycloak verknüpft. Bist du das nicht, schreibe \`/access unlink\` und melde es dem Sicherheitsteam.`,
  tried: (by, username) =>
    `Jemand hat sich in Keycloak als *${username}* angemeldet, mit deiner E-Mail-Adresse, um das mit dem Slack-Konto von ${by} zu verknüpfen. Ich habe es nicht getan. Warst du das nicht, ändere dein Passwort und melde es dem Sicherheitsteam.`,
  unlinked: (username) =>
    `Du bist nicht mehr mit *${username}* in Keycloak verknüpft. Was du hast, bleibt dir bis zu seinem Ende; \`/access link\` verknüpft dich neu.`,
  unlinkedThem: (who, username) => `${who} ist nicht mehr mit *${username}* in Keycloak verknüpft.`,

  listTitle: '*Verknüpfte Konten*',
  none: 'Niemand ist verknüpft. Das tun alle selbst, mit `/access link`.',
  row: (who, username, since, acr) =>
    `• ${who} ist *${username}*, seit ${since}${acr === null ? '' : `, angemeldet mit ${acr}`}`,
  howToEnd: '`/access unlink @person` beendet eine.',
};

function good(until: Ready): string {
  return `Das gilt bis ${until} und nur für dich; gib es nicht weiter.`;
}
