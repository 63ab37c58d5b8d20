package dev.leasehold.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.RETURNS_SELF;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.AuthenticationFlowModel;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.sessions.AuthenticationSessionModel;

class AccessRequestActionTest {
    private static final String FORM = "{\"form\":\"open\",\"more\":false,\"entries\":[{\"kind\":\"group\",\"id\":\"g1\","
            + "\"path\":\"/read\",\"description\":null,\"durations\":[900],\"defaultSeconds\":900}]}";

    private final RequiredActionContext context = mock(RequiredActionContext.class, RETURNS_DEEP_STUBS);
    private final LoginFormsProvider form = mock(LoginFormsProvider.class, RETURNS_SELF);
    private final Map<String, String> notes = new HashMap<>();
    private final Map<String, Object> shown = new HashMap<>();
    private FakeLeasehold leasehold;
    private AccessRequestAction action;

    @BeforeEach
    void start() throws IOException {
        leasehold = new FakeLeasehold();
        action = new AccessRequestAction(new GateClient(Clock.systemUTC()), leasehold.door());
        AuthenticationSessionModel session = mock(AuthenticationSessionModel.class);
        when(session.getAuthNote(anyString())).thenAnswer(call -> notes.get(call.<String>getArgument(0)));
        doAnswer(call -> notes.put(call.getArgument(0), call.getArgument(1))).when(session).setAuthNote(anyString(), any());
        doAnswer(call -> notes.remove(call.<String>getArgument(0))).when(session).removeAuthNote(anyString());
        when(context.getAuthenticationSession()).thenReturn(session);
        when(context.getRealm().getAuthenticationFlowsStream()).thenAnswer(call -> Stream.of());
        when(context.getRealm().getName()).thenReturn("acme");
        when(context.getUser().getId()).thenReturn("ann");
        when(context.getUser().getUsername()).thenReturn("ann");
        when(context.form()).thenReturn(form);
        when(form.setAttribute(anyString(), any())).thenAnswer(call -> {
            shown.put(call.getArgument(0), call.getArgument(1));
            return form;
        });
        when(form.createForm(anyString())).thenAnswer(call -> {
            shown.put("page", call.getArgument(0));
            return null;
        });
    }

    @AfterEach
    void stop() {
        leasehold.close();
    }

    private void post(String... fields) {
        MultivaluedHashMap<String, String> form = new MultivaluedHashMap<>();
        for (int index = 0; index < fields.length; index += 2) form.add(fields[index], fields[index + 1]);
        when(context.getHttpRequest().getDecodedFormParameters()).thenReturn(form);
        action.processAction(context);
    }

    private void send() {
        post("access", "group:g1", "duration", "900", "justification", "INC-1");
    }

    private List<String> called() {
        return leasehold.calls.stream().map(FakeLeasehold.Call::path).toList();
    }

    @Test
    void whatIsAskedReachesLeaseholdAndTheNextPageGoesOn() {
        leasehold.then(FORM).then("{\"asked\":true}");
        action.requiredActionChallenge(context);
        send();
        assertEquals("leasehold-asked.ftl", shown.get("page"));
        String body = leasehold.calls.get(1).body();
        assertTrue(body.contains("{\"by\":\"id\",\"kind\":\"group\",\"id\":\"g1\"}"), body);
        verify(context, never()).success();
        post("continue", "true");
        verify(context).success();
    }

    @Test
    void sentAgainItAsksOnce() {
        leasehold.then(FORM).then("{\"asked\":true}");
        action.requiredActionChallenge(context);
        send();
        send();
        assertEquals(List.of("/gate/form", "/gate/request"), called());
        assertEquals("leasehold-asked.ftl", shown.get("page"));
    }

    @Test
    void theSameFormIsSentWithTheSameNonceAndAReplayWasAsked() {
        leasehold.then(FORM).then((exchange, body) -> FakeLeasehold.send(
                exchange, 401, "{\"error\":\"replay\"}", FakeLeasehold.nonceOf(exchange), System.currentTimeMillis(),
                FakeLeasehold.SECRET));
        action.requiredActionChallenge(context);
        String nonce = notes.get("leasehold-access-request.nonce");
        send();
        assertEquals(nonce, leasehold.calls.get(1).nonce());
        assertEquals("leasehold-asked.ftl", shown.get("page"));
    }

    @Test
    void aRefusalKeepsWhatWasTypedAndTheFormGetsAnotherNonce() {
        leasehold.then(FORM)
                .then("{\"asked\":false,\"field\":\"duration\",\"because\":\"too_long\",\"limit\":7200}")
                .then(FORM);
        action.requiredActionChallenge(context);
        send();
        assertEquals("leasehold-request.ftl", shown.get("page"));
        assertEquals("INC-1", shown.get("leaseholdJustification"));
        assertEquals("duration", shown.get("leaseholdField"));
        assertEquals("120", shown.get("leaseholdLimit"));
        assertNotEquals(leasehold.calls.get(1).nonce(), notes.get("leasehold-access-request.nonce"));
    }

    @Test
    void withoutLeaseholdThePageSaysSoAndNotNowGoesOn() {
        leasehold.then((exchange, body) -> exchange.sendResponseHeaders(500, -1));
        action.requiredActionChallenge(context);
        assertEquals("away", shown.get("leaseholdClosed"));
        post("cancel-aia", "true");
        verify(context).success();
    }

    @Test
    void aRealmWithAGateOfItsOwnAsksThere() throws IOException {
        AuthenticationFlowModel flow = new AuthenticationFlowModel();
        flow.setId("flow");
        AuthenticationExecutionModel gate = new AuthenticationExecutionModel();
        gate.setAuthenticator(GateAuthenticatorFactory.ID);
        gate.setAuthenticatorConfig("config");
        AuthenticatorConfigModel config = new AuthenticatorConfigModel();
        config.setConfig(Map.of("url", leasehold.door().url(), "secret", FakeLeasehold.SECRET));
        when(context.getRealm().getAuthenticationFlowsStream()).thenAnswer(call -> Stream.of(flow));
        when(context.getRealm().getAuthenticationExecutionsStream("flow")).thenAnswer(call -> Stream.of(gate));
        when(context.getRealm().getAuthenticatorConfigById("config")).thenReturn(config);
        action = new AccessRequestAction(new GateClient(Clock.systemUTC()), new Door("", ""));
        leasehold.then(FORM);
        action.requiredActionChallenge(context);
        assertEquals(List.of("/gate/form"), called());
    }

    @Test
    void nobodyContinuesWithoutHavingAsked() {
        leasehold.then(FORM).then(FORM);
        action.requiredActionChallenge(context);
        post("continue", "true");
        verify(context, never()).success();
    }
}
