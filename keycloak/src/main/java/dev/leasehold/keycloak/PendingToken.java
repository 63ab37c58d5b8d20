package dev.leasehold.keycloak;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.FederatedIdentityModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.protocol.oidc.OIDCConfigAttributes;
import org.keycloak.protocol.oidc.TokenExchangeContext;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.TokenManager.AccessTokenResponseBuilder;
import org.keycloak.protocol.oidc.grants.ciba.clientpolicy.context.BackchannelTokenResponseContext;
import org.keycloak.protocol.oidc.grants.device.clientpolicy.context.DeviceTokenResponseContext;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.clientpolicy.context.ImplicitHybridTokenResponse;
import org.keycloak.services.clientpolicy.context.JWTAuthorizationGrantContext;
import org.keycloak.services.clientpolicy.context.ResourceOwnerPasswordCredentialsResponseContext;
import org.keycloak.services.clientpolicy.context.ServiceAccountTokenResponseContext;
import org.keycloak.services.clientpolicy.context.TokenExchangeRequestContext;
import org.keycloak.services.clientpolicy.context.TokenRefreshResponseContext;
import org.keycloak.services.clientpolicy.context.TokenResponseContext;

/**
 * A token that is about to be given to a client.
 *
 * @param user null where it cannot be told for whom it is
 * @param clientSession null where the token is not made yet
 */
record PendingToken(
        String grant,
        ClientModel client,
        UserModel user,
        Set<String> scopes,
        AuthenticatedClientSessionModel clientSession,
        Narrowing narrowing) {

    /** Leaves the token these scopes alone. @return false where that cannot be done */
    interface Narrowing {
        boolean to(Set<String> kept);
    }

    boolean narrow(Set<String> kept) {
        Set<String> gone = new TreeSet<>(scopes);
        gone.removeAll(kept);
        return !comesBack(gone) && narrowing.to(kept);
    }

    /** Introspection and user info start from all default scopes again, and put their claims and roles back. */
    private boolean comesBack(Set<String> gone) {
        return gone.contains(OAuth2Constants.SCOPE_OPENID)
                || client.getClientScopes(true).values().stream()
                        .filter(scope -> gone.contains(scope.getName()))
                        .anyMatch(scope -> scope.getProtocolMappersStream().findAny().isPresent()
                                || scope.getScopeMappingsStream().findAny().isPresent());
    }

    /** Null for an event at which no token is given. */
    static PendingToken of(KeycloakSession keycloak, ClientPolicyContext event) {
        if (event instanceof TokenResponseContext one) return made(keycloak, "authorization_code", one.getAccessTokenResponseBuilder());
        if (event instanceof ImplicitHybridTokenResponse one) {
            String isDetached = one.getAccessTokenResponseBuilder().getClientSessionCtx().getClientSession().getClient()
                    .getAttribute(OIDCConfigAttributes.ID_TOKEN_AS_DETACHED_SIGNATURE);
            return made(keycloak, "authorization_code", one.getAccessTokenResponseBuilder(), Boolean.parseBoolean(isDetached));
        }
        if (event instanceof TokenRefreshResponseContext one) return made(keycloak, "refresh_token", one.getAccessTokenResponseBuilder());
        if (event instanceof ResourceOwnerPasswordCredentialsResponseContext one) {
            return made(keycloak, "password", one.getAccessTokenResponseBuilder());
        }
        if (event instanceof ServiceAccountTokenResponseContext one) {
            return made(keycloak, "client_credentials", one.getAccessTokenResponseBuilder());
        }
        if (event instanceof DeviceTokenResponseContext one) return made(keycloak, "device_code", one.getAccessTokenResponseBuilder());
        if (event instanceof BackchannelTokenResponseContext one) return made(keycloak, "ciba", one.getAccessTokenResponseBuilder());
        if (event instanceof TokenExchangeRequestContext one) return exchanged(keycloak, one.getTokenExchangeContext());
        if (event instanceof JWTAuthorizationGrantContext one) return asserted(keycloak, one);
        return null;
    }

    private static PendingToken made(KeycloakSession keycloak, String grant, AccessTokenResponseBuilder answer) {
        return made(keycloak, grant, answer, false);
    }

    /** Null for a code flow that gives no access token in the browser. */
    private static PendingToken made(
            KeycloakSession keycloak, String grant, AccessTokenResponseBuilder answer, boolean isDetached) {
        if (answer.getAccessToken() == null) return null;
        AuthenticatedClientSessionModel session = answer.getClientSessionCtx().getClientSession();
        Set<String> scopes = LeaseCall.scopes(answer.getClientSessionCtx());
        // Whoever uses an offline token has it, also where he asks for other scopes alone.
        if (answer.isOfflineToken()) scopes.add(OAuth2Constants.OFFLINE_ACCESS);
        return new PendingToken(
                grant,
                session.getClient(),
                session.getUserSession().getUser(),
                scopes,
                session,
                kept -> new NarrowedToken(keycloak, answer, isDetached).to(kept));
    }

    /** Keycloak has no event after it, but looks at restricted scopes by itself. */
    private static PendingToken exchanged(KeycloakSession keycloak, TokenExchangeContext exchange) {
        UserModel user = isStandard(exchange)
                ? subjectOf(keycloak, exchange.getRealm(), exchange.getParams().getSubjectToken())
                : null;
        Set<String> scopes = requested(keycloak, exchange.getParams().getScope(), exchange.getClient(), user);
        return new PendingToken("token_exchange", exchange.getClient(), user, scopes, null, kept -> {
            // Keycloak forbids offline tokens here by the scopes that are left, and makes them by those that were asked for.
            if (scopes.contains(OAuth2Constants.OFFLINE_ACCESS) && !kept.contains(OAuth2Constants.OFFLINE_ACCESS)) return false;
            exchange.setRestrictedScopes(restricted(exchange.getRestrictedScopes(), exchange.getClient(), kept));
            return true;
        });
    }

    /** The older kind is for another person or client than it seems, and heeds no restricted scopes. */
    private static boolean isStandard(TokenExchangeContext exchange) {
        return OIDCAdvancedConfigWrapper.fromClientModel(exchange.getClient()).isStandardTokenExchangeEnabled()
                && OAuth2Constants.ACCESS_TOKEN_TYPE.equals(exchange.getParams().getSubjectTokenType())
                && Stream.of(OAuth2Constants.REQUESTED_SUBJECT, OAuth2Constants.REQUESTED_ISSUER, OAuth2Constants.SUBJECT_ISSUER)
                        .noneMatch(exchange.getFormParams()::containsKey);
    }

    private static PendingToken asserted(KeycloakSession keycloak, JWTAuthorizationGrantContext event) {
        var grant = event.getAuthorizationGrantContext();
        ClientModel client = event.getClient();
        RealmModel realm = keycloak.getContext().getRealm();
        String subject = grant.getJWT().getSubject();
        UserModel user = subject == null
                ? null
                : keycloak.users().getUserByFederatedIdentity(
                        realm, new FederatedIdentityModel(event.getIdentityProviderAlias(), subject, null));
        Set<String> scopes = requested(keycloak, grant.getScopeParam(), client, user);
        return new PendingToken("jwt_bearer", client, user, scopes, null, kept -> {
            grant.setRestrictedScopes(restricted(grant.getRestrictedScopes(), client, kept));
            return true;
        });
    }

    /** Only of a token that this realm has signed. */
    private static UserModel subjectOf(KeycloakSession keycloak, RealmModel realm, String encoded) {
        AccessToken token = encoded == null ? null : keycloak.tokens().decode(encoded, AccessToken.class);
        if (token == null) return null;
        String id = token.getSessionId();
        UserSessionModel session = id == null ? null : keycloak.sessions().getUserSession(realm, id);
        if (session == null && id != null) session = keycloak.sessions().getOfflineUserSession(realm, id);
        if (session != null) return session.getUser();
        return token.getSubject() == null ? null : keycloak.users().getUserById(realm, token.getSubject());
    }

    private static Set<String> requested(KeycloakSession keycloak, String asked, ClientModel client, UserModel user) {
        Set<String> scopes = TokenManager.getRequestedClientScopes(keycloak, asked, client, user)
                .filter(scope -> !(scope instanceof ClientModel))
                .map(ClientScopeModel::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        if (asked != null && Set.of(asked.split(" ")).contains("openid")) scopes.add("openid");
        return scopes;
    }

    /** The client's own mappers stay: to Keycloak the client is one of its scopes, by its name, which may be null. */
    private static Set<String> restricted(Set<String> before, ClientModel client, Set<String> kept) {
        Set<String> names = new HashSet<>(kept);
        if (before != null) names.retainAll(before);
        names.add(client.getName());
        return names;
    }
}
