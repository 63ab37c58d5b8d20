package dev.leasehold.keycloak;

import static org.keycloak.provider.ProviderConfigProperty.MULTIVALUED_STRING_TYPE;

import java.time.Clock;
import java.util.List;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProviderFactory;

public final class TokenGateFactory implements ClientPolicyExecutorProviderFactory {
    static final String ID = "leasehold-token-gate";

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String getHelpText() {
        return "Asks Leasehold whether a token may be issued or refreshed, and with which scopes; without an answer there is none."
                + " Use it with the condition any-client, and name clients, scopes and grants here.";
    }

    @Override
    public TokenGate create(KeycloakSession session) {
        return new TokenGate(session, new GateClient(Clock.systemUTC()));
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return ProviderConfigurationBuilder.create()
                .property("clients", "Clients", "Client ids. Empty: all.", MULTIVALUED_STRING_TYPE, null, null)
                .property("scopes", "Scopes", "Tokens with one of these client scopes. Empty: all.", MULTIVALUED_STRING_TYPE, null, null)
                .property("grants", "Grants", "Such as password, refresh_token, client_credentials, ciba. Empty: all.",
                        MULTIVALUED_STRING_TYPE, null, null)
                .build();
    }

    @Override
    public void init(Config.Scope config) {}

    @Override
    public void postInit(KeycloakSessionFactory factory) {}

    @Override
    public void close() {}
}
