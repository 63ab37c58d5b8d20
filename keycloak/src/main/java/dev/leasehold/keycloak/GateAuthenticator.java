package dev.leasehold.keycloak;

import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/** The approval gate. Every request of the browser asks Leasehold anew; nothing waits in the server. */
final class GateAuthenticator implements Authenticator {
    private final GateClient client;
    private final Door server;

    GateAuthenticator(GateClient client, Door server) {
        this.client = client;
        this.server = server;
    }

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        visit(context).come();
    }

    @Override
    public void action(AuthenticationFlowContext context) {
        if (context.getHttpRequest().getDecodedFormParameters().containsKey("leave")) visit(context).leave();
        else visit(context).come();
    }

    private GateVisit visit(AuthenticationFlowContext context) {
        AuthenticatorConfigModel model = context.getAuthenticatorConfig();
        Map<String, String> config = model == null || model.getConfig() == null ? Map.of() : model.getConfig();
        Door door = Door.of(context.getSession(), config, server);
        return new GateVisit(context, GateSettings.of(config), door, client);
    }

    @Override
    public boolean requiresUser() {
        return true;
    }

    @Override
    public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
        return true;
    }

    @Override
    public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {}

    @Override
    public void close() {}
}
