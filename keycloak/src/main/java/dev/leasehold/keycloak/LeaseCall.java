package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.util.JsonSerialization;
import org.keycloak.util.TokenUtil;

/** Asks Leasehold about the person of a token, once in a request of Keycloak, however many tokens it makes. */
final class LeaseCall {
    /** Keycloak keeps here what the callback of a backchannel request said. */
    static final String APPROVAL_NOTE = "ciba_callback_response_param_leasehold_approval";

    private static final Logger LOG = Logger.getLogger("dev.leasehold");
    private static final String KEPT = "dev.leasehold.leases:";

    private final GateClient leasehold;
    private final Clock clock;

    LeaseCall(GateClient leasehold, Clock clock) {
        this.leasehold = leasehold;
        this.clock = clock;
    }

    /** What became of it; {@code leases} null: Leasehold cannot be reached. */
    record Told(Leases leases) {}

    Told about(KeycloakSession keycloak, UserSessionModel session, ClientSessionContext context) {
        ClientModel client = context.getClientSession().getClient();
        String key = KEPT + session.getId() + ":" + client.getId();
        Told kept = keycloak.getAttribute(key, Told.class);
        if (kept != null) return kept;
        Told told = ask(keycloak, session, context);
        keycloak.setAttribute(key, told);
        return told;
    }

    private Told ask(KeycloakSession keycloak, UserSessionModel session, ClientSessionContext context) {
        try {
            Door door = Door.ofRealm(keycloak, session.getRealm(), Door.ofServer());
            ObjectNode body = body(session.getRealm().getName(), session.getUser(), context);
            body.put("client", context.getClientSession().getClient().getClientId());
            putSession(body, session, context.getClientSession());
            return new Told(Leases.read(leasehold.call(door, "leases", body), clock.millis()));
        } catch (Unreachable cause) {
            LOG.warnf("No leases in a token: %s", cause.getMessage());
            return new Told(null);
        }
    }

    /** What every question about a token begins with. */
    static ObjectNode body(String realm, UserModel user, ClientSessionContext context) {
        return body(realm, user, scopes(context));
    }

    static ObjectNode body(String realm, UserModel user, Set<String> scopes) {
        ObjectNode body = JsonSerialization.mapper.createObjectNode().put("realm", realm);
        body.putObject("person").put("id", user.getId()).put("username", user.getUsername());
        scopes.forEach(body.putArray("scopes")::add);
        return body;
    }

    /** One that does not last cannot be ended, and is not told. */
    static void putSession(ObjectNode body, UserSessionModel session, AuthenticatedClientSessionModel client) {
        boolean lasts = session.getPersistenceState() != UserSessionModel.SessionPersistenceState.TRANSIENT;
        body.put("session", lasts ? session.getId() : null);
        body.put("approval", client.getNote(APPROVAL_NOTE));
    }

    /** By name, those that stand in no token, too. */
    static Set<String> scopes(ClientSessionContext context) {
        Set<String> scopes = new TreeSet<>();
        context.getClientScopesStream()
                .filter(scope -> !(scope instanceof ClientModel))
                .map(ClientScopeModel::getName)
                .forEach(scopes::add);
        if (TokenUtil.hasScope(context.getScopeString(true), "openid")) scopes.add("openid");
        return scopes;
    }
}
