package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Leasehold of the JDK's own HTTP server, which answers as it is told and signs as the protocol says. */
final class FakeLeasehold implements AutoCloseable {
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    interface Answer {
        void send(HttpExchange exchange, byte[] body) throws IOException;
    }

    record Call(String path, String body, String nonce, String signature, String time) {}

    final List<Call> calls = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FakeLeasehold() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    Door door() {
        return new Door("http://127.0.0.1:" + server.getAddress().getPort() + "/", SECRET);
    }

    FakeLeasehold then(Answer answer) {
        answers.add(answer);
        return this;
    }

    FakeLeasehold then(String json) {
        return then((exchange, body) -> send(exchange, 200, json, nonceOf(exchange), System.currentTimeMillis(), SECRET));
    }

    static String nonceOf(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Leasehold-Nonce");
    }

    static void send(HttpExchange exchange, int status, String json, String nonce, long time, String secret)
            throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Leasehold-Time", Long.toString(time));
        exchange.getResponseHeaders()
                .set("Leasehold-Signature", Signature.ofAnswer(secret, Long.toString(time), nonce, status, body));
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Answer answer;
            synchronized (this) {
                calls.add(new Call(
                        exchange.getRequestURI().getPath(),
                        new String(body, UTF_8),
                        nonceOf(exchange),
                        exchange.getRequestHeaders().getFirst("Leasehold-Signature"),
                        exchange.getRequestHeaders().getFirst("Leasehold-Time")));
                answer = answers.remove();
            }
            answer.send(exchange, body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
