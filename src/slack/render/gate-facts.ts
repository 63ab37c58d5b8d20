import type { Gate } from '../../domain/gate.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { ready } from '../words/ready.ts';
import type { Ready } from '../words/ready.ts';
import { bold, mention, shown, shownOrNull, some } from './pieces.ts';

const NAME_MAX = 150;
const SCOPES_MAX = 10;

/** Scopes that every sign-in has, as Keycloak comes, say nothing. */
const COMMON: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'acr', 'basic', 'roles', 'web-origins']);

/** Required actions of Keycloak by what the person does there. */
const CHANGES: Readonly<Record<string, Exclude<keyof Catalogue['gate']['change'], 'other'>>> = {
  UPDATE_PASSWORD: 'password',
  UPDATE_EMAIL: 'email',
  UPDATE_PROFILE: 'profile',
  CONFIGURE_TOTP: 'otp',
  CONFIGURE_RECOVERY_AUTHN_CODES: 'recoveryCodes',
  'webauthn-register': 'securityKey',
  'webauthn-register-passwordless': 'passkey',
  delete_credential: 'removeCredential',
  delete_account: 'deleteAccount',
  idp_link: 'linkAccount',
};

/** Who signs in: clickable where a Slack account is known, and the Keycloak username. */
export const whoSignsIn = (gate: Gate, slack: SlackUser | null): Ready =>
  slack === null ? inShort(gate, slack) : ready`${mention(slack)} (${bold(gate.person.username, NAME_MAX)})`;

/** The same where it was said in full already. */
export const inShort = ({ person }: Gate, slack: SlackUser | null): Ready =>
  slack === null ? bold(person.username, NAME_MAX) : mention(slack);

/** The application by its name and client id. Keycloak's own are named by a key of its message bundles, which is no name. */
export function signsInTo({ client, clientName }: Pick<Gate, 'client' | 'clientName'>): Ready {
  const name = clientName === null || clientName.startsWith('${') ? null : shownOrNull(clientName, NAME_MAX);
  return name === null || clientName === client
    ? bold(client, NAME_MAX)
    : ready`*${name}* (${shown(client, NAME_MAX)})`;
}

/** Address and device, as far as Keycloak tells them. */
export function cameFrom({ gate: say }: Catalogue, { ip, device }: Gate): string {
  const known = [shownOrNull(ip ?? '', 60), shownOrNull(device ?? '', 100)].filter((part) => part !== null);
  return known.length === 0 ? say.unknownPlace : known.join(', ');
}

export const unusual = (scopes: readonly string[]): readonly string[] => scopes.filter((scope) => !COMMON.has(scope));

/** Why it came to the gate, and the scopes where they are unusual. */
export function whyItWaits({ gate: say }: Catalogue, { trigger, action, scopes }: Gate): string[] {
  // A backchannel request has a card of its own.
  const kind = trigger === 'backchannel' ? 'scope' : trigger;
  const because = kind === 'action' ? changeOf(say, action) : say.because[kind];
  const told = kind === 'scope' ? scopes : unusual(scopes);
  return [say.why(because), ...(told.length === 0 ? [] : [say.scopes(some(told, SCOPES_MAX))])];
}

/** `action` may carry a parameter behind a colon. */
function changeOf(say: Catalogue['gate'], action: string | null): string {
  const [id = ''] = (action ?? '').split(':');
  const known = Object.hasOwn(CHANGES, id) ? CHANGES[id] : undefined;
  return known === undefined ? say.change.other(shown(id, NAME_MAX)) : say.change[known];
}

/** As it stands on the page, in two groups that are easily compared. */
export const codeOf = ({ code }: Gate): string => `${code.slice(0, 3)} ${code.slice(3)}`;
