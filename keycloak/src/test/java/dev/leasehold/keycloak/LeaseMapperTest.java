package dev.leasehold.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.ErrorResponseException;

/** Ends and refusals; roles and claims in their places are shown on the real server. */
class LeaseMapperTest {
    private static final String OPTION = "keycloak.authenticator.leasehold-gate.";

    private final KeycloakSession keycloak = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);
    private final UserSessionModel session = mock(UserSessionModel.class, RETURNS_DEEP_STUBS);
    private final ClientSessionContext context = mock(ClientSessionContext.class, RETURNS_DEEP_STUBS);
    private final ProtocolMapperModel model = new ProtocolMapperModel();
    private final Map<String, Object> attributes = new HashMap<>();
    private final LeaseMapper mapper = new LeaseMapper(new GateClient(Clock.systemUTC()), Clock.systemUTC());
    private final long now = System.currentTimeMillis() / 1000;
    private FakeLeasehold leasehold;

    @BeforeEach
    void aToken() throws IOException {
        leasehold = new FakeLeasehold();
        System.setProperty(OPTION + "url", leasehold.door().url());
        System.setProperty(OPTION + "secret", FakeLeasehold.SECRET);
        model.setConfig(Map.of("access.token.claim", "true"));
        when(session.getUser().getServiceAccountClientLink()).thenReturn(null);
        when(session.getUser().getId()).thenReturn("ann");
        when(session.getUser().getUsername()).thenReturn("ann");
        when(session.getId()).thenReturn("s-1");
        when(session.getRealm().getName()).thenReturn("acme");
        when(session.getRealm().getAuthenticationFlowsStream()).thenAnswer(call -> Stream.of());
        when(context.getClientSession().getClient().getClientId()).thenReturn("app");
        when(context.getClientSession().getClient().getId()).thenReturn("c-1");
        when(context.getClientSession().getNote(anyString())).thenReturn(null);
        when(context.getClientScopesStream()).thenAnswer(call -> Stream.of());
        when(context.getScopeString(true)).thenReturn("openid");
        when(keycloak.getAttribute(anyString(), any())).thenAnswer(call -> attributes.get((String) call.getArgument(0)));
        doAnswer(call -> attributes.put(call.getArgument(0), call.getArgument(1))).when(keycloak).setAttribute(anyString(), any());
        when(keycloak.getAttribute(anyString())).thenReturn(null);
        when(keycloak.getContext().getClient().getAttribute(anyString())).thenReturn(null);
    }

    @AfterEach
    void close() {
        System.clearProperty(OPTION + "url");
        System.clearProperty(OPTION + "secret");
        leasehold.close();
    }

    private AccessToken made() {
        AccessToken token = new AccessToken();
        token.exp(now + 300);
        return mapper.transformAccessToken(token, model, keycloak, session, context);
    }

    private static String group(long end) {
        return "{\"leases\":[{\"id\":\"l-1\",\"kind\":\"group\",\"resource\":\"g-1\",\"access\":\"/prod\",\"endsAt\":" + end * 1000
                + ",\"approvers\":[],\"limits\":{},\"inToken\":false}],\"approval\":null}";
    }

    @Test
    void itEndsWithItsLeaseAndNeverLater() {
        leasehold.then(group(now + 40));
        AccessToken token = made();
        assertEquals(now + 39, token.getExp());
        assertTrue(token.getOtherClaims().get("leasehold").toString().contains("/prod"));
    }

    @Test
    void aLeaseThatLastsLongerDoesNotProlongIt() {
        leasehold.then(group(now + 4000));
        assertEquals(now + 300, made().getExp());
    }

    @Test
    void onlyNamedLeasesCount() {
        model.setConfig(Map.of("access.token.claim", "true", "access", "/other##/another"));
        leasehold.then(group(now + 40));
        AccessToken token = made();
        assertEquals(now + 300, token.getExp());
        assertNull(token.getOtherClaims().get("leasehold"));
    }

    @Test
    void withoutAnAnswerItIsShortAndSaysNothing() {
        leasehold.then((exchange, body) -> exchange.sendResponseHeaders(500, -1));
        AccessToken token = made();
        assertTrue(token.getExp() <= now + 62);
        assertNull(token.getOtherClaims().get("leasehold"));
    }

    @Test
    void theLifeIsCappedWhereTheClaimIsNotWanted() {
        model.setConfig(Map.of("access.token.claim", "false"));
        leasehold.then(group(now + 40));
        AccessToken token = made();
        assertEquals(now + 39, token.getExp());
        assertNull(token.getOtherClaims().get("leasehold"));
    }

    @Test
    void itAsksOnceInARequest() {
        leasehold.then(group(now + 40));
        made();
        made();
        assertEquals(1, leasehold.calls.size());
        assertTrue(leasehold.calls.get(0).body().contains("\"session\":\"s-1\""));
    }

    @Test
    void anApprovalThatIsOverOrUnknownGivesNoToken() {
        when(context.getClientSession().getNote(LeaseCall.APPROVAL_NOTE)).thenReturn("g-1");
        leasehold.then("{\"leases\":[],\"approval\":null}");
        assertEquals("invalid_grant", assertThrows(ErrorResponseException.class, this::made).getError());
        attributes.clear();
        leasehold.then((exchange, body) -> exchange.sendResponseHeaders(500, -1));
        assertEquals("temporarily_unavailable", assertThrows(ErrorResponseException.class, this::made).getError());
    }

    @Test
    void introspectionSaysNothingOnceTheApprovalIsOver() {
        when(context.getClientSession().getNote(LeaseCall.APPROVAL_NOTE)).thenReturn("g-1");
        model.setConfig(Map.of("introspection.token.claim", "true"));
        leasehold.then(group(now + 40));
        AccessToken token = mapper.transformIntrospectionToken(new AccessToken(), model, keycloak, session, context);
        assertNull(token.getOtherClaims().get("leasehold"));
    }

    @Test
    void aClientsOwnTokenIsNobodys() {
        when(session.getUser().getServiceAccountClientLink()).thenReturn("c-1");
        assertEquals(now + 300, made().getExp());
        assertEquals(0, leasehold.calls.size());
    }
}
