package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.core.Response.Status;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.ProtocolMapperUtils;
import org.keycloak.protocol.oidc.mappers.AbstractOIDCProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAccessTokenMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAttributeMapperHelper;
import org.keycloak.protocol.oidc.mappers.OIDCIDTokenMapper;
import org.keycloak.protocol.oidc.mappers.TokenIntrospectionTokenMapper;
import org.keycloak.protocol.oidc.mappers.UserInfoTokenMapper;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.IDToken;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.util.JsonSerialization;

/**
 * Leases in a token: the claim, the roles that a lease gives in tokens alone, and an end that is never later than the first
 * lease's. Which tokens carry the claim is set as for every mapper; the roles and the end are not optional.
 */
public final class LeaseMapper extends AbstractOIDCProtocolMapper
        implements OIDCAccessTokenMapper, OIDCIDTokenMapper, UserInfoTokenMapper, TokenIntrospectionTokenMapper {
    static final String ID = "leasehold-lease";
    static final String CLAIM = "leasehold";
    /** Without an answer nobody knows when the leases of the person end. */
    static final long LONGEST_UNKNOWN_SECONDS = 60;

    private final Clock clock;
    private final LeaseCall call;

    /** For Keycloak. */
    public LeaseMapper() {
        this(new GateClient(Clock.systemUTC()), Clock.systemUTC());
    }

    LeaseMapper(GateClient leasehold, Clock clock) {
        this.clock = clock;
        this.call = new LeaseCall(leasehold, clock);
    }

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String getDisplayType() {
        return "Leasehold leases";
    }

    @Override
    public String getDisplayCategory() {
        return TOKEN_MAPPER_CATEGORY;
    }

    @Override
    public String getHelpText() {
        return "Says in the token which leases its person has, adds roles that are leased in tokens alone, and lets the token end"
                + " with the first lease.";
    }

    /** Before the mappers of audiences and roles, which then find the added roles. */
    @Override
    public int getPriority() {
        return ProtocolMapperUtils.PRIORITY_HARDCODED_ROLE_MAPPER;
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        List<ProviderConfigProperty> properties = new ArrayList<>(ProviderConfigurationBuilder.create()
                .property("access", "Access", "Paths of groups, names of realm roles, client/role: only leases on these count."
                        + " Empty: all.", ProviderConfigProperty.MULTIVALUED_STRING_TYPE, null, null)
                .build());
        OIDCAttributeMapperHelper.addIncludeInTokensConfig(properties, LeaseMapper.class);
        return properties;
    }

    @Override
    public AccessToken transformAccessToken(
            AccessToken token,
            ProtocolMapperModel model,
            KeycloakSession keycloak,
            UserSessionModel session,
            ClientSessionContext context) {
        if (isService(session)) return token;
        Leases leases = call.about(keycloak, session, context).leases();
        if (leases == null) {
            if (isApproved(context)) throw refused(OAuthErrorException.TEMPORARILY_UNAVAILABLE, "Leasehold cannot be reached");
            capAt(token, clock.millis() / 1000 + LONGEST_UNKNOWN_SECONDS);
            return token;
        }
        if (isApproved(context) && leases.approval() == null) {
            throw refused(OAuthErrorException.INVALID_GRANT, "What was approved is over");
        }
        List<Leases.Lease> carried = carry(leases, model, keycloak, session, context);
        capAt(token, leases.firstEnd(carried));
        boolean isLightweight = getShouldUseLightweightToken(keycloak);
        boolean isTold = isLightweight
                ? OIDCAttributeMapperHelper.includeInLightweightAccessToken(model)
                : OIDCAttributeMapperHelper.includeInAccessToken(model);
        if (isTold) claim(token, leases, carried);
        return token;
    }

    /** User info and introspection: as it is now. The token is there already, and keeps its end. */
    @Override
    public AccessToken transformUserInfoToken(
            AccessToken token,
            ProtocolMapperModel model,
            KeycloakSession keycloak,
            UserSessionModel session,
            ClientSessionContext context) {
        return told(token, OIDCAttributeMapperHelper.includeInUserInfo(model), model, keycloak, session, context);
    }

    @Override
    public AccessToken transformIntrospectionToken(
            AccessToken token,
            ProtocolMapperModel model,
            KeycloakSession keycloak,
            UserSessionModel session,
            ClientSessionContext context) {
        return told(token, OIDCAttributeMapperHelper.includeInIntrospection(model), model, keycloak, session, context);
    }

    /** It follows the access token, whose end it has, and roles were added there. */
    @Override
    public IDToken transformIDToken(
            IDToken token,
            ProtocolMapperModel model,
            KeycloakSession keycloak,
            UserSessionModel session,
            ClientSessionContext context) {
        return told(token, OIDCAttributeMapperHelper.includeInIDToken(model), model, keycloak, session, context);
    }

    private <Token extends IDToken> Token told(
            Token token,
            boolean isTold,
            ProtocolMapperModel model,
            KeycloakSession keycloak,
            UserSessionModel session,
            ClientSessionContext context) {
        if (isService(session)) return token;
        Leases leases = call.about(keycloak, session, context).leases();
        if (leases == null || isApproved(context) && leases.approval() == null) return token;
        List<Leases.Lease> carried = carry(leases, model, keycloak, session, context);
        if (isTold) claim(token, leases, carried);
        return token;
    }

    /** Adds the roles of those that are in tokens alone. @return what this token carries */
    private static List<Leases.Lease> carry(
            Leases leases,
            ProtocolMapperModel model,
            KeycloakSession keycloak,
            UserSessionModel session,
            ClientSessionContext context) {
        List<String> access = GateSettings.list(model.getConfig().get("access"));
        CarriedRoles roles = new CarriedRoles(keycloak, context);
        return leases.all().stream()
                .filter(lease -> access.isEmpty() || access.contains(lease.access()))
                .filter(lease -> !lease.inToken() || roles.add(session.getRealm(), lease.resource()))
                .toList();
    }

    private static void claim(IDToken token, Leases leases, List<Leases.Lease> carried) {
        JsonNode claim = leases.claim(carried);
        if (claim != null) token.setOtherClaims(CLAIM, JsonSerialization.mapper.convertValue(claim, Map.class));
    }

    private static void capAt(AccessToken token, long end) {
        if (token.getExp() == null || token.getExp() > end) token.exp(end);
    }

    /** A client that has a token for itself is no person. */
    private static boolean isService(UserSessionModel session) {
        return session.getUser().getServiceAccountClientLink() != null;
    }

    private static boolean isApproved(ClientSessionContext context) {
        return context.getClientSession().getNote(LeaseCall.APPROVAL_NOTE) != null;
    }

    private static ErrorResponseException refused(String error, String because) {
        return new ErrorResponseException(error, because, Status.BAD_REQUEST);
    }
}
