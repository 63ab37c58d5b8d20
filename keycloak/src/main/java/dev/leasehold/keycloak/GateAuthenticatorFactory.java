package dev.leasehold.keycloak;

import static org.keycloak.provider.ProviderConfigProperty.MULTIVALUED_STRING_TYPE;
import static org.keycloak.provider.ProviderConfigProperty.PASSWORD;
import static org.keycloak.provider.ProviderConfigProperty.STRING_TYPE;

import java.time.Clock;
import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

public final class GateAuthenticatorFactory implements AuthenticatorFactory {
    static final String ID = "leasehold-gate";

    private Door server;

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String getDisplayType() {
        return "Leasehold approval gate";
    }

    @Override
    public String getHelpText() {
        return "Asks Leasehold whether this sign-in may go on, and waits for its approvers where its policy says so.";
    }

    /** No credential, and not null: a refusal at the gate must not count as a wrong password. */
    @Override
    public String getReferenceCategory() {
        return ID;
    }

    @Override
    public void init(Config.Scope config) {
        server = Door.ofServer();
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        StartCheck.log(server);
    }

    @Override
    public Authenticator create(KeycloakSession session) {
        return new GateAuthenticator(new GateClient(Clock.systemUTC()), server);
    }

    @Override
    public boolean isConfigurable() {
        return true;
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return ProviderConfigurationBuilder.create()
                .property("clients", "Clients", "Client ids whose sign-ins come to the gate. Clients, scopes and actions"
                        + " all empty: every sign-in.", MULTIVALUED_STRING_TYPE, null, null)
                .property("scopes", "Scopes", "Client scopes whose sign-ins come to the gate.",
                        MULTIVALUED_STRING_TYPE, null, null)
                .property("actions", "Actions", "Required actions (kc_action), such as UPDATE_PASSWORD, in front of which"
                        + " the gate stands.", MULTIVALUED_STRING_TYPE, null, null)
                .property("wait-seconds", "Wait (seconds)", "How long a sign-in waits for its approvers, at most 1500.",
                        STRING_TYPE, "300", null)
                .property("poll-ms", "Poll (milliseconds)", "How often the waiting page asks, at least 250.",
                        STRING_TYPE, "1000", null)
                .property("url", "Address of Leasehold", "For this realm alone; takes a secret of its own, too.",
                        STRING_TYPE, null, null)
                .property("secret", "Secret", "GATE_SECRET of that Leasehold, or ${vault.name}.", PASSWORD, null, null, true)
                .build();
    }

    @Override
    public Requirement[] getRequirementChoices() {
        return new Requirement[] {Requirement.REQUIRED, Requirement.DISABLED};
    }

    @Override
    public boolean isUserSetupAllowed() {
        return false;
    }

    @Override
    public void close() {}
}
