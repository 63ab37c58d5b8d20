package dev.leasehold.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.util.Time;

class GateAuthenticatorTest {
    private static final String WAIT = "{\"answer\":\"wait\",\"gate\":\"g1\",\"code\":\"482913\",\"secondsLeft\":300,"
            + "\"asked\":\"/approvers/platform\",\"actions\":[\"UPDATE_PROFILE\"]}";
    private static final String APPROVED = "{\"state\":\"approved\",\"secondsLeft\":200}";
    private static final FakeLeasehold.Answer UNSIGNED = (exchange, body) -> exchange.sendResponseHeaders(500, -1);

    private final FakeSignIn signIn = new FakeSignIn();
    private FakeLeasehold leasehold;
    private GateAuthenticator gate;

    @BeforeEach
    void start() throws IOException {
        leasehold = new FakeLeasehold();
        gate = new GateAuthenticator(new GateClient(Clock.systemUTC()), leasehold.door());
    }

    @AfterEach
    void stop() {
        Time.setOffset(0);
        leasehold.close();
    }

    private String come() {
        gate.authenticate(signIn.context);
        return signIn.outcomes.get(signIn.outcomes.size() - 1);
    }

    private List<String> called() {
        return leasehold.calls.stream().map(FakeLeasehold.Call::path).toList();
    }

    @Test
    void aSignInThatIsNotGatedGoesOnWithoutACall() {
        signIn.config.put("clients", "grafana");
        signIn.config.put("actions", "UPDATE_PASSWORD");
        assertEquals("success", come());
        assertEquals(List.of(), called());
    }

    @Test
    void leaseholdIsToldWhatTheProtocolSays() {
        signIn.config.put("clients", "app");
        leasehold.then(WAIT);
        come();
        String body = leasehold.calls.get(0).body();
        assertTrue(body.contains("\"trigger\":\"client\""), body);
        assertTrue(body.contains("\"filled\":[\"email\"]"), body);
        assertTrue(body.contains("\"session\":\"" + Signature.sha256("root".getBytes()) + "\""), body);
    }

    @Test
    void itWaitsAndGoesOnOnceItIsApprovedAndSpent() {
        signIn.allows("UPDATE_PROFILE");
        leasehold.then(WAIT).then("{\"state\":\"waiting\",\"secondsLeft\":299}").then(APPROVED)
                .then("{\"spent\":true,\"approvers\":[\"eve\"]}");
        assertEquals("leasehold-wait.ftl", come());
        assertEquals("leasehold-wait.ftl", come());
        assertEquals("success", come());
        assertEquals(List.of("/gate/ask", "/gate/look", "/gate/look", "/gate/spend"), called());
        verify(signIn.session).addRequiredAction("UPDATE_PROFILE");
        verify(signIn.session).setUserSessionNote("leasehold_approver", "eve");
        verify(signIn.event).detail("leasehold_gate", "g1");
    }

    @Test
    void aPollNeverGoesOn() {
        leasehold.then(WAIT).then(APPROVED);
        come();
        signIn.asks("application/json");
        assertEquals("json", come());
        assertEquals(List.of("/gate/ask", "/gate/look"), called());
        verify(signIn.context, never()).success();
    }

    @ParameterizedTest
    @ValueSource(strings = {"denied", "expired", "withdrawn", "superseded", "unreachable", "unknown", "nonsense"})
    void aClosedGateStaysClosedWhateverComesLater(String state) {
        leasehold.then(WAIT).then("{\"state\":\"" + state + "\"}").then(APPROVED);
        come();
        assertEquals("leasehold-refused.ftl", come());
        assertEquals("leasehold-refused.ftl", come());
        assertEquals(List.of("/gate/ask", "/gate/look"), called());
        verify(signIn.event, times(1)).error(anyString());
        verify(signIn.context, never()).success();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"spent\":false,\"state\":\"spent\"}", "{\"spent\":\"true\"}", "{}"})
    void onlyASpentApprovalLetsAnybodyIn(String answer) {
        leasehold.then(WAIT).then(APPROVED).then(answer);
        come();
        assertEquals("leasehold-refused.ftl", come());
    }

    @Test
    void withoutAnAnswerNobodyIsLetIn() {
        leasehold.then(UNSIGNED);
        assertEquals("leasehold-refused.ftl", come());
        verify(signIn.event).error("leasehold_unavailable");
    }

    @Test
    void itWaitsOnWhileLeaseholdIsAwayUntilTheDeadline() {
        leasehold.then(WAIT).then(UNSIGNED).then(UNSIGNED);
        come();
        assertEquals("leasehold-wait.ftl", come());
        Time.setOffset(301);
        assertEquals("leasehold-refused.ftl", come());
        verify(signIn.event).error("leasehold_expired");
    }

    @Test
    void afterTheDeadlineAnApprovalCountsForNothing() {
        leasehold.then(WAIT).then(APPROVED);
        come();
        Time.setOffset(306);
        assertEquals("leasehold-refused.ftl", come());
        assertEquals(List.of("/gate/ask"), called());
    }

    @Test
    void anActionThatTheRealmDoesNotHaveRefuses() {
        leasehold.then("{\"answer\":\"go\",\"actions\":[\"NOPE\"]}");
        assertEquals("leasehold-refused.ftl", come());
        verify(signIn.session, never()).addRequiredAction(anyString());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"answer\":\"deny\",\"because\":\"interaction\"}", "{\"answer\":\"step-up\",\"acr\":[\"gold\"]}", WAIT, "{}"
    })
    void aSilentSignInGetsNoPage(String answer) {
        signIn.clientNotes.put("prompt", "none");
        leasehold.then(answer);
        assertEquals("nothing", come());
        assertTrue(leasehold.calls.get(0).body().contains("\"waitSeconds\":0"));
        assertEquals(Map.of(), signIn.notes);
    }

    @Test
    void aSilentSignInThatMayGoOnDoes() {
        signIn.clientNotes.put("prompt", "none");
        leasehold.then("{\"answer\":\"go\",\"actions\":[]}").then(UNSIGNED);
        assertEquals("success", come());
        assertEquals("nothing", come());
    }

    @Test
    void aHigherLevelIsAskedForOnce() {
        leasehold.then("{\"answer\":\"step-up\",\"acr\":[\"gold\"]}").then("{\"answer\":\"step-up\",\"acr\":[\"gold\"]}");
        assertEquals("reset", come());
        assertEquals("2", signIn.clientNotes.get("requested-level-of-authentication"));
        assertEquals("leasehold-refused.ftl", come());
    }

    @Test
    void anUnknownLevelRefuses() {
        leasehold.then("{\"answer\":\"step-up\",\"acr\":[\"platinum\"]}");
        assertEquals("leasehold-refused.ftl", come());
    }

    @Test
    void whoTurnsBackIsWithdrawnAndStaysOut() {
        leasehold.then(WAIT).then("{\"state\":\"withdrawn\"}");
        come();
        signIn.posts("leave");
        gate.action(signIn.context);
        assertEquals("cancelled", signIn.outcomes.get(1));
        assertEquals("leasehold-refused.ftl", come());
        assertEquals(List.of("/gate/ask", "/gate/leave"), called());
    }
}
