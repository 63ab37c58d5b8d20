package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.util.JsonSerialization;

class GateClientTest {
    private static final JsonNode BODY = JsonSerialization.mapper.createObjectNode().put("realm", "acme");

    private final GateClient client = new GateClient(Clock.systemUTC());
    private FakeLeasehold leasehold;

    @BeforeEach
    void start() throws IOException {
        leasehold = new FakeLeasehold();
    }

    @AfterEach
    void stop() {
        leasehold.close();
    }

    private Unreachable refused() {
        return assertThrows(Unreachable.class, () -> client.call(leasehold.door(), "ask", BODY));
    }

    @Test
    void aSignedCallGetsTheSignedAnswer() throws Exception {
        leasehold.then("{\"answer\":\"go\"}");
        assertEquals("go", client.call(leasehold.door(), "ask", BODY).path("answer").asText());
        FakeLeasehold.Call call = leasehold.calls.get(0);
        assertEquals("/gate/ask", call.path());
        assertEquals("{\"realm\":\"acme\"}", call.body());
        assertTrue(call.nonce().matches("[0-9a-f]{32}"));
        assertEquals(
                Signature.ofCall(FakeLeasehold.SECRET, call.time(), call.nonce(), "/gate/ask", call.body().getBytes(UTF_8)),
                call.signature());
    }

    @Test
    void noTwoCallsShareANonce() throws Exception {
        leasehold.then("{}").then("{}");
        client.call(leasehold.door(), "look", BODY);
        client.call(leasehold.door(), "look", BODY);
        assertNotEquals(leasehold.calls.get(0).nonce(), leasehold.calls.get(1).nonce());
    }

    @Test
    void anUnsignedAnswerIsNone() {
        leasehold.then((exchange, body) -> plain(exchange, 200, "{\"answer\":\"go\"}"));
        assertTrue(refused().getMessage().contains("not signed"));
    }

    @Test
    void anAnswerSignedWithAnotherSecretIsNone() {
        leasehold.then((exchange, body) -> FakeLeasehold.send(
                exchange, 200, "{}", FakeLeasehold.nonceOf(exchange), System.currentTimeMillis(), "x".repeat(32)));
        assertTrue(refused().getMessage().contains("not signed"));
    }

    @Test
    void anAnswerToAnotherCallIsNone() {
        leasehold.then((exchange, body) -> FakeLeasehold.send(
                exchange, 200, "{}", "0".repeat(32), System.currentTimeMillis(), FakeLeasehold.SECRET));
        assertTrue(refused().getMessage().contains("not signed"));
    }

    @Test
    void aLateOrEarlyAnswerIsNone() {
        for (long offset : new long[] {-61_000, 61_000}) {
            leasehold.then((exchange, body) -> FakeLeasehold.send(
                    exchange, 200, "{}", FakeLeasehold.nonceOf(exchange), System.currentTimeMillis() + offset,
                    FakeLeasehold.SECRET));
            assertTrue(refused().getMessage().contains("clocks"));
        }
    }

    @Test
    void aSignedErrorIsNoAnswerAndAReplayIsKnown() {
        leasehold.then((exchange, body) -> FakeLeasehold.send(
                exchange, 401, "{\"error\":\"replay\"}", FakeLeasehold.nonceOf(exchange), System.currentTimeMillis(),
                FakeLeasehold.SECRET));
        assertTrue(refused().isReplay());
    }

    @Test
    void aRedirectIsNotFollowed() {
        leasehold.then((exchange, body) -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            plain(exchange, 307, "");
        });
        refused();
        assertEquals(1, leasehold.calls.size());
    }

    @Test
    void tooLongAnAnswerIsNone() {
        String json = "\"" + "x".repeat(GateClient.LONGEST_ANSWER_BYTES) + "\"";
        leasehold.then(json);
        assertTrue(refused().getMessage().contains("no answer"));
    }

    @Test
    void malformedJsonIsNone() {
        leasehold.then("{");
        refused();
    }

    @Test
    void twoSecondsAreEnoughAlsoForABodyThatNeverEnds() {
        CountDownLatch end = new CountDownLatch(1);
        leasehold.then((exchange, body) -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().flush();
            await(end);
        });
        Unreachable reason = assertTimeout(Duration.ofSeconds(5), this::refused);
        end.countDown();
        assertTrue(reason.getMessage().contains("no answer"));
    }

    @Test
    void nobodyListensOrNothingIsSet() {
        Door closed = leasehold.door();
        leasehold.close();
        assertThrows(Unreachable.class, () -> client.call(closed, "ask", BODY));
        assertThrows(Unreachable.class, () -> client.call(new Door("", FakeLeasehold.SECRET), "ask", BODY));
        assertThrows(Unreachable.class, () -> client.call(new Door("no address", FakeLeasehold.SECRET), "ask", BODY));
    }

    @Test
    void noReasonHoldsTheSecret() {
        leasehold.then((exchange, body) -> plain(exchange, 500, FakeLeasehold.SECRET));
        assertFalse(refused().getMessage().contains(FakeLeasehold.SECRET));
        assertFalse(leasehold.door().toString().contains(FakeLeasehold.SECRET));
    }

    private static void plain(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) exchange.getResponseBody().write(body);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
