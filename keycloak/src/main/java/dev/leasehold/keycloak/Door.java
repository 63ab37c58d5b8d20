package dev.leasehold.keycloak;

import java.util.Map;
import java.util.Objects;
import org.keycloak.Config;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.vault.VaultStringSecret;

/** Where Leasehold is, without a slash at the end, and the secret that both sides share. */
record Door(String url, String secret) {
    static final int SHORTEST_SECRET = 32;

    Door {
        url = url == null ? "" : url.strip().replaceAll("/+$", "");
        secret = secret == null ? "" : secret.strip();
    }

    /** Of the whole server: {@code --spi-authenticator--leasehold-gate--url} and {@code …--secret}. */
    static Door ofServer() {
        Config.Scope scope = Config.scope("authenticator", GateAuthenticatorFactory.ID);
        return new Door(scope.get("url"), scope.get("secret"));
    }

    /** A realm that names both has its own; one of the two alone is no door, so that no secret goes to another address. */
    static Door of(KeycloakSession session, Map<String, String> config, Door server) {
        Door own = new Door(config.get("url"), config.get("secret"));
        Door chosen = own.url.isEmpty() && own.secret.isEmpty() ? server : own;
        return new Door(chosen.url, fromVault(session, chosen.secret));
    }

    /**
     * Of a realm: that of its first gate that has one. Keycloak shows the configuration of a required action as it is,
     * so the form must not have a secret of its own.
     */
    static Door ofRealm(KeycloakSession session, RealmModel realm, Door server) {
        return realm.getAuthenticationFlowsStream()
                .flatMap(flow -> realm.getAuthenticationExecutionsStream(flow.getId()))
                .filter(one -> GateAuthenticatorFactory.ID.equals(one.getAuthenticator()))
                .map(AuthenticationExecutionModel::getAuthenticatorConfig)
                .filter(Objects::nonNull)
                .map(realm::getAuthenticatorConfigById)
                .filter(Objects::nonNull)
                .map(model -> new Door(model.getConfig().get("url"), model.getConfig().get("secret")))
                .filter(Door::isWhole)
                .findFirst()
                .map(own -> new Door(own.url, fromVault(session, own.secret)))
                .orElseGet(() -> of(session, Map.of(), server));
    }

    boolean isWhole() {
        return !url.isEmpty() && !secret.isEmpty();
    }

    private static String fromVault(KeycloakSession session, String secret) {
        if (!secret.startsWith("${vault.")) return secret;
        try (VaultStringSecret found = session.vault().getStringSecret(secret)) {
            return found.get().orElse("");
        }
    }

    /** No secret in a log. */
    @Override
    public String toString() {
        return "Door[" + url + "]";
    }
}
