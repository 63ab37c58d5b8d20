package dev.leasehold.keycloak;

import java.util.List;
import org.keycloak.models.Constants;
import org.keycloak.sessions.AuthenticationSessionModel;

/** What one execution of the gate knows of one sign-in. It lives in the authentication session and nowhere else. */
final class GateNotes {
    private final AuthenticationSessionModel session;
    private final String prefix;

    GateNotes(AuthenticationSessionModel session, String executionId) {
        this.session = session;
        this.prefix = GateAuthenticatorFactory.ID + "." + executionId + ".";
    }

    /** The gate that waits, or null. */
    String gate() {
        return get("gate");
    }

    String code() {
        return get("code");
    }

    /** Null: the person's manager. */
    String asked() {
        return get("asked");
    }

    long deadline() {
        return Long.parseLong(get("deadline"));
    }

    List<String> actions() {
        return GateSettings.list(get("actions"));
    }

    void opened(String gate, String code, String asked, List<String> actions) {
        set("gate", gate);
        set("code", code);
        set("asked", asked);
        set("actions", String.join(Constants.CFG_DELIMITER, actions));
    }

    void waitsUntil(long deadline) {
        set("deadline", Long.toString(deadline));
    }

    /** How it was refused, or null. */
    Refusal refusal() {
        String json = get("refusal");
        return json == null ? null : Refusal.fromJson(json);
    }

    void refused(Refusal refusal) {
        set("refusal", refusal.toJson());
    }

    private String get(String name) {
        return session.getAuthNote(prefix + name);
    }

    private void set(String name, String value) {
        if (value == null) session.removeAuthNote(prefix + name);
        else session.setAuthNote(prefix + name, value);
    }
}
