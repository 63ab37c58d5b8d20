import type { Ready } from '../ready.ts';

/** Who is who: proving it, and what is tied to what. `username`: in Keycloak. */
export const links = {
  /** `there`: a link that leads to the page. */
  signInToLink: (there: Ready, until: Ready) =>
    `${there} and I will know which Keycloak user you are. The page shows a code at its end: write it to me in our direct messages. It works until ${until}, and only for you: do not pass it on.`,
  signInToApprove: (there: Ready, until: Ready) =>
    `This needs proof that it is you. ${there} and approve on the page that follows. It works until ${until}, and only for you: do not pass it on.`,
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
