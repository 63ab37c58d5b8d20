import { Agent } from 'undici';

/** The path of one group membership says all that its DELETE has to say. */
const MEMBERSHIP = /\/users\/[^/]+\/groups\/[^/]+$/;

type Dispatcher = NonNullable<RequestInit['dispatcher']>;
export type Sockets = { readonly dispatcher: Dispatcher; close(): Promise<void> };

/**
 * Sockets to Keycloak, kept between calls. The admin client sends `{}` with the DELETE of a membership, and undici closes
 * the connection after each DELETE with a body (client-h1.js, `expectsPayload`): a new one for each revocation. So that
 * body is left out. Role mappings keep theirs: without it Keycloak would take away every role.
 */
export function openSockets(connections: number): Sockets {
  const agent = new Agent({ connections });
  const kept = agent.compose((dispatch) => (options, handler) => {
    const isMembership = options.method === 'DELETE' && MEMBERSHIP.test(options.path);
    return dispatch(isMembership ? { ...options, ...withoutEmptyBody(options) } : options, handler);
  });
  // Node's fetch takes a dispatcher of the undici package; only the two sets of types do not know each other.
  return { dispatcher: kept as unknown as Dispatcher, close: () => agent.close() };
}

/** Node's fetch hands its headers over as a record in lower case, the length of the body among them. */
function withoutEmptyBody({ headers }: Agent.DispatchOptions): Partial<Agent.DispatchOptions> {
  const { 'content-length': length, ...rest } = headers as Readonly<Record<string, string>>;
  return length === '{}'.length.toString() ? { body: null, headers: rest } : {};
}
