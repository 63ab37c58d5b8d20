package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.keycloak.util.JsonSerialization;

/** Calls Leasehold as docs/reference/gate-protocol.md says. One try, 2 s for all of it, no redirects. */
final class GateClient {
    static final int LONGEST_ANSWER_BYTES = 64 * 1024;
    static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long CLOCKS_APART_MS = 60_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();

    private final Clock clock;

    GateClient(Clock clock) {
        this.clock = clock;
    }

    /** 32 hex digits that nobody can guess. */
    static String newNonce() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    JsonNode call(Door door, String verb, JsonNode body) throws Unreachable {
        return call(door, verb, body, newNonce());
    }

    /** Throws {@link Unreachable} for every answer that is not signed, dated and of status 200. */
    JsonNode call(Door door, String verb, JsonNode body, String nonce) throws Unreachable {
        if (!door.isWhole()) throw new Unreachable("no address or no secret is set for Leasehold");
        try {
            byte[] sent = JsonSerialization.writeValueAsBytes(body);
            HttpResponse<byte[]> answer = answerTo(request(door, verb, sent, nonce));
            check(door, nonce, answer);
            return JsonSerialization.mapper.readTree(answer.body());
        } catch (IOException | IllegalArgumentException cause) {
            throw new Unreachable("the call could not be made or read: " + cause.getClass().getSimpleName());
        }
    }

    private HttpRequest request(Door door, String verb, byte[] body, String nonce) {
        URI uri = URI.create(door.url() + "/gate/" + verb);
        String time = Long.toString(clock.millis());
        return HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Leasehold-Time", time)
                .header("Leasehold-Nonce", nonce)
                .header("Leasehold-Signature", Signature.ofCall(door.secret(), time, nonce, uri.getRawPath(), body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private static HttpResponse<byte[]> answerTo(HttpRequest request) throws Unreachable {
        CompletableFuture<HttpResponse<byte[]>> answer =
                HTTP.sendAsync(request, head -> new BoundedBody(LONGEST_ANSWER_BYTES));
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException cause) {
            throw new Unreachable("no answer: " + cause.getCause().getClass().getSimpleName());
        } catch (TimeoutException cause) {
            throw new Unreachable("no answer within " + TIMEOUT.toSeconds() + " s");
        } catch (InterruptedException cause) {
            Thread.currentThread().interrupt();
            throw new Unreachable("interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    private void check(Door door, String nonce, HttpResponse<byte[]> answer) throws Unreachable, IOException {
        String time = answer.headers().firstValue("Leasehold-Time").orElse("");
        String signature = answer.headers().firstValue("Leasehold-Signature").orElse("");
        int status = answer.statusCode();
        String fitting = Signature.ofAnswer(door.secret(), time, nonce, status, answer.body());
        if (!Signature.same(fitting, signature)) throw new Unreachable("status " + status + ", not signed with our secret");
        if (status != 200) {
            String error = JsonSerialization.mapper.readTree(answer.body()).path("error").asText();
            throw new Unreachable("status " + status + " " + error, error);
        }
        if (!time.matches("\\d{1,15}") || Math.abs(clock.millis() - Long.parseLong(time)) > CLOCKS_APART_MS) {
            throw new Unreachable("the clocks are more than 60 s apart");
        }
    }
}
