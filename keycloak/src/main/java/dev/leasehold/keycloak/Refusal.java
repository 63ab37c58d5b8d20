package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.keycloak.util.JsonSerialization;

/**
 * Why a sign-in does not go on: `why` names the sentence on the page, `texts` are what the rules' authors say, `detail` is
 * the number of minutes or the name that the sentence needs.
 */
record Refusal(String why, List<String> texts, String detail) {
    static final Set<String> KNOWN = Set.of(
            "policy", "no_policy", "no_approvers", "fatigue", "step_up", "action",
            "denied", "expired", "withdrawn", "superseded", "unreachable", "unknown", "spent", "away");

    static Refusal because(String why) {
        return new Refusal(KNOWN.contains(why) ? why : "unknown", List.of(), "");
    }

    static Refusal because(String why, String detail) {
        return new Refusal(why, List.of(), detail);
    }

    /** Of an answer {@code deny}. */
    static Refusal of(JsonNode answer) {
        String why = because(answer.path("because").asText()).why();
        List<String> texts = new ArrayList<>();
        answer.path("texts").forEach(text -> texts.add(text.asText()));
        long minutes = (answer.path("retrySeconds").asLong() + 59) / 60;
        return new Refusal(why, List.copyOf(texts), Long.toString(Math.max(1, minutes)));
    }

    /** The error of Keycloak's event. */
    String event() {
        return switch (why) {
            case "denied", "expired", "withdrawn", "superseded" -> "leasehold_" + why;
            case "away", "unreachable" -> "leasehold_unavailable";
            default -> "leasehold_refused";
        };
    }

    String toJson() {
        try {
            return JsonSerialization.writeValueAsString(this);
        } catch (IOException cause) {
            throw new IllegalStateException(cause);
        }
    }

    static Refusal fromJson(String json) {
        try {
            return JsonSerialization.readValue(json, Refusal.class);
        } catch (IOException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
