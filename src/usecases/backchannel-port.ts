import type { EpochMs, KeycloakUserId } from '../domain/ids.ts';
import type { EffectiveRole } from '../domain/resource.ts';

/** What Keycloak's token for one backchannel request says (CIBA); checked against the realm's keys. */
export type BackchannelToken = {
  /** Of this request, unique in the realm (`jti`). */
  readonly id: string;
  readonly userId: KeycloakUserId;
  /** `client_id` that asks (`azp`). */
  readonly client: string;
  /** Keycloak takes no answer from then on (`exp`). */
  readonly endsAt: EpochMs;
};

/** What stands in the call beside the token. Texts are people's or clients' own, unescaped and bounded. */
export type BackchannelCall = {
  /** As it came; good for the answer to this one request, so only for the database and for Keycloak. */
  readonly bearer: string;
  /** Those that were asked for, and the defaults of the client. */
  readonly scopes: readonly string[];
  /** `binding_message`; null: the client sent none. */
  readonly message: string | null;
  readonly justification: string | null;
  /** For how long, as the client wrote it, such as `15m`. */
  readonly duration: string | null;
};

/**
 * What a token would carry now. `scopes`: as it names them. `unheld`: of those asked for the ones that it would leave out,
 * because the person holds none of their roles.
 */
export type TokenPreview = {
  readonly username: string;
  readonly clientName: string | null;
  readonly roles: readonly EffectiveRole[];
  readonly unheld: readonly string[];
};

/** `refused`: Keycloak does not know this request (any more). Only `not_sent` may be sent again. */
export type BackchannelTaken = 'taken' | 'refused' | 'not_sent' | 'unknown';

/** Keycloak's side of backchannel requests. Errors: keycloak_unavailable, keycloak_forbidden. */
export interface BackchannelChannel {
  /** null: no token of this realm that is good for an answer now. @throws keycloak_unavailable when its keys cannot be read */
  read(bearer: string): Promise<BackchannelToken | null>;
  /** null: the person, or the client, is not there or not enabled. Needs `view-clients`. */
  preview(client: string, userId: KeycloakUserId, scopes: readonly string[]): Promise<TokenPreview | null>;
  /**
   * Keycloak's answer to the client. A second one for the same request makes Keycloak drop it, so after `unknown` an approval
   * is never sent again.
   * @param approval id that Keycloak keeps in the client's session; null with a denial
   */
  answer(
    bearer: string,
    status: 'SUCCEED' | 'UNAUTHORIZED' | 'CANCELLED',
    approval: string | null,
  ): Promise<BackchannelTaken>;
}

export type BackchannelReceived = 'received' | 'forged';

/** What the HTTP side calls. */
export interface BackchannelCalls {
  /**
   * Keeps the request, or its refusal; answered by a callback later. Once `isLate` nothing is kept any more: Keycloak was told
   * that nobody took it.
   * @throws store_unavailable, keycloak_unavailable, keycloak_forbidden: nothing is kept, and the client may ask again
   */
  receive(call: BackchannelCall, isLate: () => boolean): Promise<BackchannelReceived>;
}
