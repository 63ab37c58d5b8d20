package dev.leasehold.keycloak;

/** Leasehold gave no answer that counts; the message says why, for the log alone, and never holds the secret. */
final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(String reason) {
        super(reason);
    }
}
