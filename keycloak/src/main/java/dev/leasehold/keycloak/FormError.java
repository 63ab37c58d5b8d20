package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What is wrong with a form: the field, or an empty name for all of it, and the sentence with the limit that it names. */
public record FormError(String field, String because, String limit) {
    static final FormError NONE = new FormError("", "", "");
    static final FormError AWAY = new FormError("", "away", "");

    private static final Set<String> FIELDS = Set.of("access", "duration", "justification");
    static final Set<String> SENTENCES = Set.of(
            "unknown_access", "ambiguous_access", "not_requestable", "not_eligible", "too_short", "too_long",
            "justification_missing", "justification_too_long", "justification_pattern", "already_pending",
            "not_linked", "slack_away");

    static FormError at(String field, String because) {
        return new FormError(field, because, "");
    }

    /** Of an answer to {@code /gate/request} that asked for nothing. */
    static FormError of(JsonNode answer) {
        String field = answer.path("field").asText();
        String because = answer.path("because").asText();
        return new FormError(
                FIELDS.contains(field) ? field : "",
                SENTENCES.contains(because) ? because : "other",
                answer.path("limit").isNull() ? "" : answer.path("limit").asText());
    }
}
