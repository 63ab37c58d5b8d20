package dev.leasehold.keycloak;

import java.time.Clock;
import org.keycloak.Config;
import org.keycloak.authentication.RequiredActionFactory;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

public final class AccessRequestActionFactory implements RequiredActionFactory {
    static final String ID = "leasehold-access-request";

    private Door server;

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String getDisplayText() {
        return "Ask for access (Leasehold)";
    }

    @Override
    public void init(Config.Scope config) {
        server = Door.ofServer();
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {}

    @Override
    public RequiredActionProvider create(KeycloakSession session) {
        return new AccessRequestAction(new GateClient(Clock.systemUTC()), server);
    }

    @Override
    public void close() {}
}
