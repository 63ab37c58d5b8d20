package dev.leasehold.keycloak;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.common.Profile;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.TokenManager;
import org.keycloak.protocol.oidc.OIDCConfigAttributes;
import org.keycloak.protocol.oidc.TokenExchangeContext;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.context.TokenExchangeRequestContext;

/** What is made of an answer, by the example of an exchange; each way to a token is walked on the real server. */
class TokenGateTest {
    private static final String OPTION = "keycloak.authenticator.leasehold-gate.";

    private final KeycloakSession keycloak = mock(KeycloakSession.class, RETURNS_DEEP_STUBS);
    private final TokenExchangeContext exchange = mock(TokenExchangeContext.class, RETURNS_DEEP_STUBS);
    private final ClientModel client = mock(ClientModel.class, RETURNS_DEEP_STUBS);
    private final MultivaluedMap<String, String> form = new MultivaluedHashMap<>();
    private final TokenGate gate = new TokenGate(keycloak, new GateClient(Clock.systemUTC()));
    private FakeLeasehold leasehold;

    /** Without those that need a server. */
    @BeforeAll
    static void featuresOfKeycloak() {
        Profile.init(Profile.ProfileName.DEFAULT, Map.of(Profile.Feature.ORGANIZATION, false));
    }

    @BeforeEach
    void anExchange() throws IOException {
        leasehold = new FakeLeasehold();
        System.setProperty(OPTION + "url", leasehold.door().url());
        System.setProperty(OPTION + "secret", FakeLeasehold.SECRET);
        AccessToken subject = new AccessToken();
        subject.setSessionId("s-1");
        TokenManager tokens = mock(TokenManager.class);
        when(tokens.decode("subject", AccessToken.class)).thenReturn(subject);
        when(keycloak.tokens()).thenReturn(tokens);
        when(keycloak.sessions().getUserSession(any(), eq("s-1")).getUser().getId()).thenReturn("ann");
        when(keycloak.sessions().getUserSession(any(), eq("s-1")).getUser().getUsername()).thenReturn("ann");
        when(keycloak.getContext().getRealm().getName()).thenReturn("acme");
        when(keycloak.getContext().getRealm().getAuthenticationFlowsStream()).thenAnswer(call -> Stream.of());
        when(keycloak.getContext().getConnection().getRemoteAddr()).thenReturn("10.1.2.3");
        when(client.getClientId()).thenReturn("ci");
        when(client.getName()).thenReturn(null);
        when(client.getAttribute(anyString())).thenReturn(null);
        when(client.getAttribute(OIDCConfigAttributes.STANDARD_TOKEN_EXCHANGE_ENABLED)).thenReturn("true");
        Map<String, ClientScopeModel> byDefault = new HashMap<>();
        byDefault.put("email", scope("email", true));
        byDefault.put("word", scope("word", false));
        when(client.getClientScopes(true)).thenReturn(byDefault);
        Map<String, ClientScopeModel> optional = new HashMap<>();
        optional.put("deploy", scope("deploy", true));
        optional.put("offline_access", scope("offline_access", false));
        when(client.getClientScopes(false)).thenReturn(optional);
        when(exchange.getClient()).thenReturn(client);
        when(exchange.getFormParams()).thenReturn(form);
        when(exchange.getRestrictedScopes()).thenReturn(null);
        when(exchange.getParams().getScope()).thenReturn("openid deploy offline_access");
        when(exchange.getParams().getSubjectToken()).thenReturn("subject");
        when(exchange.getParams().getSubjectTokenType()).thenReturn("urn:ietf:params:oauth:token-type:access_token");
    }

    private static ClientScopeModel scope(String name, boolean saysSomething) {
        ClientScopeModel scope = mock(ClientScopeModel.class);
        when(scope.getName()).thenReturn(name);
        when(scope.getProtocolMappersStream())
                .thenAnswer(call -> saysSomething ? Stream.of(new ProtocolMapperModel()) : Stream.of());
        when(scope.getScopeMappingsStream()).thenAnswer(call -> Stream.<RoleModel>of());
        return scope;
    }

    @AfterEach
    void close() {
        System.clearProperty(OPTION + "url");
        System.clearProperty(OPTION + "secret");
        leasehold.close();
    }

    private ClientPolicyException refusal(String answer) {
        leasehold.then(answer);
        return refusal();
    }

    private ClientPolicyException refusal() {
        return assertThrows(ClientPolicyException.class, () -> gate.executeOnEvent(new TokenExchangeRequestContext(exchange)));
    }

    private void narrows(String scopes) {
        leasehold.then("{\"answer\":\"narrow\",\"scopes\":[" + scopes + "]}");
    }

    @Test
    void whatIsAllowedGoesOnAfterOneQuestion() throws ClientPolicyException {
        leasehold.then("{\"answer\":\"allow\"}");
        gate.executeOnEvent(new TokenExchangeRequestContext(exchange));
        assertEquals(1, leasehold.calls.size());
        String body = leasehold.calls.get(0).body();
        assertTrue(body.contains("\"grant\":\"token_exchange\""), body);
        assertTrue(body.contains("\"scopes\":[\"deploy\",\"email\",\"offline_access\",\"openid\",\"word\"]"), body);
    }

    @Test
    void aDenialSaysWhatTheRulesSayInOneBoundedLine() {
        ClientPolicyException refusal =
                refusal("{\"answer\":\"deny\",\"because\":\"policy\",\"texts\":[\"Not\\r\\nnow.\",\"" + "x".repeat(900) + "\"],\"id\":\"1\"}");
        assertEquals("access_denied", refusal.getError());
        assertTrue(refusal.getErrorDetail().startsWith("Not now. xxx"), refusal.getErrorDetail());
        assertEquals(301, refusal.getErrorDetail().length());
        assertEquals("invalid_grant", refusal("{\"answer\":\"deny\",\"because\":\"approval\"}").getError());
    }

    @Test
    void noAnswerIsNoToken() {
        leasehold.then((sent, body) -> sent.sendResponseHeaders(500, -1));
        assertEquals("temporarily_unavailable", refusal().getError());
        for (String wrong : new String[] {"{}", "{\"answer\":\"perhaps\"}", "{\"answer\":\"narrow\"}"})
            assertEquals("temporarily_unavailable", refusal(wrong).getError(), wrong);
    }

    @Test
    void onlyScopesThatDoNotComeBackAreTakenAway() throws ClientPolicyException {
        narrows("\"email\",\"openid\",\"offline_access\",\"more\"");
        gate.executeOnEvent(new TokenExchangeRequestContext(exchange));
        Set<String> left = new HashSet<>(List.of("email", "openid", "offline_access"));
        left.add(null);
        verify(exchange).setRestrictedScopes(left);
    }

    @Test
    void oneThatIntrospectionWouldPutBackIsADenial() {
        for (String kept : new String[] {
            "\"openid\",\"offline_access\",\"deploy\",\"word\"", // no email
            "\"email\",\"offline_access\",\"deploy\",\"word\"", // no openid
            "\"email\",\"openid\",\"deploy\",\"word\"" // no offline_access, in an exchange
        }) {
            narrows(kept);
            assertEquals("access_denied", refusal().getError(), kept);
        }
        verify(exchange, never()).setRestrictedScopes(any());
    }

    @Test
    void anExchangeForSomebodyElseIsNotAskedAbout() {
        form.putSingle("requested_subject", "eve");
        assertEquals("access_denied", refusal().getError());
        form.clear();
        when(client.getAttribute(OIDCConfigAttributes.STANDARD_TOKEN_EXCHANGE_ENABLED)).thenReturn("false");
        assertEquals("access_denied", refusal().getError());
        assertEquals(0, leasehold.calls.size());
    }

    @Test
    void otherEventsAndWhatIsNotNamedAreNoBusinessOfIt() {
        assertDoesNotThrow(() -> gate.executeOnEvent(mock(ClientPolicyContext.class)));
        gate.setupConfiguration(new TokenGateSettings().with(List.of("wiki"), null, null));
        assertDoesNotThrow(() -> gate.executeOnEvent(new TokenExchangeRequestContext(exchange)));
        assertFalse(new TokenGateSettings().with(List.of("wiki"), null, null).covers("ci", Set.of(), "password"));
        assertEquals(0, leasehold.calls.size());
    }
}
