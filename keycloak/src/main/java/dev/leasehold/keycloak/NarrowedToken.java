package dev.leasehold.keycloak;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.TokenManager.AccessTokenResponseBuilder;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.util.DefaultClientSessionContext;

/**
 * Makes the tokens of an answer again, with fewer scopes. The refresh token keeps those that it had, so that a later refresh is
 * decided anew.
 */
final class NarrowedToken {
    private static final Logger LOG = Logger.getLogger("dev.leasehold");
    /** Keycloak keeps the roles of a person and client here for the rest of the request. */
    private static final String RESOLVED_ROLES = "RESOLVED_ROLES:";

    private final KeycloakSession keycloak;
    private final AccessTokenResponseBuilder answer;
    private final boolean isDetached;

    /** @param isDetached the ID token is a mere signature of the others, and says nothing of the person */
    NarrowedToken(KeycloakSession keycloak, AccessTokenResponseBuilder answer, boolean isDetached) {
        this.keycloak = keycloak;
        this.answer = answer;
        this.isDetached = isDetached;
    }

    /** @return false where Keycloak does not let it: then there must be no token */
    boolean to(Set<String> kept) {
        ClientSessionContext before = answer.getClientSessionCtx();
        AuthenticatedClientSessionModel session = before.getClientSession();
        AccessToken wide = answer.getAccessToken();
        boolean isOffline = before.isOfflineTokenRequested() || session.getUserSession().isOffline();
        boolean isOfflineTaken = isOffline && !kept.contains(OAuth2Constants.OFFLINE_ACCESS);
        // The client would still have the one that it came with.
        if (isOfflineTaken && answer.isOfflineToken()) return false;
        Set<ClientScopeModel> scopes = before.getClientScopesStream()
                .filter(scope -> scope instanceof ClientModel || kept.contains(scope.getName()) && had(wide, scope))
                .collect(Collectors.toSet());
        ClientSessionContext narrow =
                DefaultClientSessionContext.fromClientSessionAndClientScopes(session, scopes, null, keycloak);
        copy(before, narrow);
        if (!replaceContext(narrow)) return false;
        UserSessionModel user = session.getUserSession();
        ClientModel client = session.getClient();
        keycloak.removeAttribute(RESOLVED_ROLES + user.getId() + ":" + client.getId());
        AccessToken token = new TokenManager()
                .createClientAccessToken(keycloak, client.getRealm(), client, user.getUser(), user, narrow, isOffline);
        Set<String> words = words(token);
        if (!kept.containsAll(words) || !words(wide).containsAll(words)) return false;
        token.setConfirmation(wide.getConfirmation());
        if (wide.getSessionId() == null) token.setSessionId(null);
        answer.accessToken(token);
        if (isOfflineTaken) answer.removeRefreshToken();
        if (answer.getIdToken() != null) answer.generateIDToken(isDetached);
        return true;
    }

    /** For an offline token the answer's context has all scopes of old, also where fewer were asked for. */
    private boolean had(AccessToken wide, ClientScopeModel scope) {
        ClientModel client = answer.getClientSessionCtx().getClientSession().getClient();
        return words(wide).contains(scope.getName())
                || client.getClientScopes(true).containsKey(scope.getName())
                || !scope.isIncludeInTokenScope() && !answer.isOfflineToken();
    }

    private static Set<String> words(AccessToken token) {
        if (token.getScope() == null || token.getScope().isBlank()) return Set.of();
        return new HashSet<>(Arrays.asList(token.getScope().strip().split("\\s+")));
    }

    private static void copy(ClientSessionContext from, ClientSessionContext to) {
        for (String name : new String[] {
            Constants.GRANT_TYPE,
            OAuth2Constants.RESOURCE,
            OIDCLoginProtocol.NONCE_PARAM,
            Constants.REQUESTED_AUDIENCE_CLIENTS
        }) {
            Object value = from.getAttribute(name, Object.class);
            if (value != null) to.setAttribute(name, value);
        }
    }

    /** The answer names its scopes by its own context, and has no other way to be given another one. */
    private boolean replaceContext(ClientSessionContext narrow) {
        try {
            Field context = AccessTokenResponseBuilder.class.getDeclaredField("clientSessionCtx");
            context.setAccessible(true);
            context.set(answer, narrow);
            return answer.getClientSessionCtx() == narrow;
        } catch (ReflectiveOperationException | RuntimeException cause) {
            LOG.warnf("A token cannot be given fewer scopes in this version of Keycloak: %s", cause);
            return false;
        }
    }
}
