/** @typedef {'no_java' | 'old_java' | 'no_maven' | 'provider_failed' | 'fetch_failed' | 'build_failed' | 'start_failed' | 'port_taken'} FailureCode */

/** What keeps Keycloak from running here. The message is one sentence for a person and says what to do. */
export class KeycloakFailure extends Error {
  /** @param {FailureCode} code @param {string} message @param {ErrorOptions} [options] */
  constructor(code, message, options) {
    super(message, options);
    this.name = 'KeycloakFailure';
    this.code = code;
  }
}
