package dev.leasehold.keycloak;

/** Leasehold gave no answer that counts; the message says why, for the log alone, and never holds the secret. */
final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String error;

    Unreachable(String reason) {
        this(reason, "");
    }

    /** With the {@code error} of a signed answer. */
    Unreachable(String reason, String error) {
        super(reason);
        this.error = error;
    }

    /** Leasehold had this very call before. */
    boolean isReplay() {
        return error.equals("replay");
    }
}
