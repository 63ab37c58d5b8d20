import type { Ready } from '../ready.ts';

/** Who is who: proving it, and what is tied to what. `username`: in Keycloak. */
export const links = {
  /** `there`: a link that leads to the page. */
  signIn: {
    link: (there: Ready, until: Ready) =>
      `${there} and I will know which Keycloak user you are. The page shows a code at its end: write it to me in our direct messages. ${good(until)}`,
    approve: (there: Ready, until: Ready) =>
      `This needs proof that it is you. ${there} and approve on the page that follows. ${good(until)}`,
    take: (there: Ready, until: Ready) =>
      `This needs proof that it is you. ${there} and take the access on the page that follows. ${good(until)}`,
    revoke_all: (there: Ready, until: Ready) =>
      `This needs proof that it is you. ${there} and end every lease on the page that follows. ${good(until)}`,
  },
  openPage: 'Sign in to Keycloak',

  linked: (username: Ready) =>
    `You are linked to the Keycloak user *${username}*. If that is not you, type \`/access unlink\` and tell your security team.`,
  tried: (by: Ready, username: Ready) =>
    `Somebody signed in to Keycloak as *${username}*, whose e-mail is yours, to link it to the Slack account of ${by}. I did not do it. If you did not sign in there, change your password and tell your security team.`,
  unlinked: (username: Ready) =>
    `You are no longer linked to the Keycloak user *${username}*. What you hold stays yours until it ends; \`/access link\` links you anew.`,
  unlinkedThem: (who: Ready, username: Ready) => `${who} is no longer linked to the Keycloak user *${username}*.`,

  listTitle: '*Linked accounts*',
  none: 'Nobody is linked. People link themselves with `/access link`.',
  /** `acr`: how he signed in, as Keycloak names it. */
  row: (who: Ready, username: Ready, since: Ready, acr: Ready | null) =>
    `• ${who} is *${username}*, since ${since}${acr === null ? '' : `, signed in with ${acr}`}`,
  howToEnd: '`/access unlink @person` ends one.',
};

function good(until: Ready): string {
  return `It works until ${until}, and only for you: do not pass it on.`;
}
