package dev.leasehold.keycloak;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.keycloak.models.Constants;

/** What an operator set for one execution of the gate. Without clients, scopes and actions every sign-in comes to it. */
record GateSettings(List<String> clients, List<String> scopes, List<String> actions, int waitSeconds, int pollMs) {
    static final int LONGEST_WAIT_SECONDS = 1500;
    static final int SHORTEST_POLL_MS = 250;

    static GateSettings of(Map<String, String> config) {
        return new GateSettings(
                list(config.get("clients")),
                list(config.get("scopes")),
                list(config.get("actions")),
                number(config.get("wait-seconds"), 300, 1, LONGEST_WAIT_SECONDS),
                number(config.get("poll-ms"), 1000, SHORTEST_POLL_MS, 60_000));
    }

    boolean coversAll() {
        return clients.isEmpty() && scopes.isEmpty() && actions.isEmpty();
    }

    static List<String> list(String joined) {
        if (joined == null) return List.of();
        return Arrays.stream(joined.split(Constants.CFG_DELIMITER))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static int number(String text, int otherwise, int least, int most) {
        try {
            return Math.max(least, Math.min(most, Integer.parseInt(text.strip())));
        } catch (NullPointerException | NumberFormatException notSet) {
            return otherwise;
        }
    }
}
