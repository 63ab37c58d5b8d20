package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;

/**
 * A machine decides about each token: Leasehold is asked when Keycloak has made it and before anybody gets it, because only
 * then is it known for whom it is, and a condition can be met on every way. Nobody can wait here.
 */
final class TokenGate implements ClientPolicyExecutorProvider<TokenGateSettings> {
    private static final Logger LOG = Logger.getLogger("dev.leasehold");
    private static final int LONGEST_TEXT = 300;

    private final KeycloakSession keycloak;
    private final GateClient leasehold;
    private TokenGateSettings settings = new TokenGateSettings();

    TokenGate(KeycloakSession keycloak, GateClient leasehold) {
        this.keycloak = keycloak;
        this.leasehold = leasehold;
    }

    @Override
    public String getProviderId() {
        return TokenGateFactory.ID;
    }

    @Override
    public Class<TokenGateSettings> getExecutorConfigurationClass() {
        return TokenGateSettings.class;
    }

    @Override
    public void setupConfiguration(TokenGateSettings config) {
        if (config != null) settings = config;
    }

    @Override
    public void executeOnEvent(ClientPolicyContext event) throws ClientPolicyException {
        PendingToken token = PendingToken.of(keycloak, event);
        if (token == null || !settings.covers(token.client().getClientId(), token.scopes(), token.grant())) return;
        if (token.user() == null) throw new ClientPolicyException(OAuthErrorException.ACCESS_DENIED, "For whom the token is cannot be told");
        JsonNode answer = answerFor(token);
        switch (answer.path("answer").asText()) {
            case "allow" -> {}
            case "narrow" -> narrow(token, answer.path("scopes"));
            case "deny" -> throw denied(answer);
            default -> throw away("an answer that is none");
        }
    }

    private JsonNode answerFor(PendingToken token) throws ClientPolicyException {
        try {
            Door door = Door.ofRealm(keycloak, keycloak.getContext().getRealm(), Door.ofServer());
            return leasehold.call(door, "token", body(token));
        } catch (Unreachable cause) {
            throw away(cause.getMessage());
        }
    }

    private ObjectNode body(PendingToken token) {
        ObjectNode body = LeaseCall.body(keycloak.getContext().getRealm().getName(), token.user(), token.scopes());
        body.putObject("client").put("id", token.client().getClientId()).put("name", token.client().getName());
        body.put("grant", token.grant());
        body.put("ip", keycloak.getContext().getConnection().getRemoteAddr());
        if (token.clientSession() == null) body.putNull("session").putNull("approval");
        else LeaseCall.putSession(body, token.clientSession().getUserSession(), token.clientSession());
        return body;
    }

    /** Never to more than it had. */
    private static void narrow(PendingToken token, JsonNode scopes) throws ClientPolicyException {
        if (!scopes.isArray()) throw away("an answer without scopes");
        Set<String> kept = new TreeSet<>();
        scopes.forEach(scope -> kept.add(scope.asText()));
        kept.retainAll(token.scopes());
        if (token.narrow(kept)) return;
        LOG.warnf("No token for client %s by %s: it cannot be left %s of its scopes alone", token.client().getClientId(), token.grant(), kept);
        throw new ClientPolicyException(OAuthErrorException.ACCESS_DENIED, "Not with these scopes");
    }

    private static ClientPolicyException denied(JsonNode answer) {
        if (answer.path("because").asText().equals("approval")) {
            return new ClientPolicyException(OAuthErrorException.INVALID_GRANT, "What was approved is over, or was less");
        }
        List<String> texts = new ArrayList<>();
        answer.path("texts").forEach(text -> texts.add(text.asText()));
        String because = String.join(" ", texts).replaceAll("\\p{Cntrl}+", " ").strip();
        if (because.isEmpty()) because = "Leasehold denies this token";
        String bounded = because.codePointCount(0, because.length()) <= LONGEST_TEXT
                ? because
                : because.substring(0, because.offsetByCodePoints(0, LONGEST_TEXT)) + "…";
        return new ClientPolicyException(OAuthErrorException.ACCESS_DENIED, bounded);
    }

    private static ClientPolicyException away(String because) {
        LOG.warnf("No token: %s", because);
        return new ClientPolicyException(OAuthErrorException.TEMPORARILY_UNAVAILABLE, "Leasehold cannot be reached");
    }
}
