package dev.leasehold.keycloak;

import java.util.List;
import java.util.Map;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
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

    /** The two settings of a realm that has its own, beside the others of a provider. */
    static List<ProviderConfigProperty> properties() {
        return ProviderConfigurationBuilder.create()
                .property("url", "Address of Leasehold", "For this realm alone; takes a secret of its own, too.",
                        ProviderConfigProperty.STRING_TYPE, null, null)
                .property("secret", "Secret", "GATE_SECRET of that Leasehold, or ${vault.name}.",
                        ProviderConfigProperty.PASSWORD, null, null, true)
                .build();
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
