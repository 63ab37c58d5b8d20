package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.MultivaluedMap;

/** What the person chose and typed: an entry as {@code kind:id}, or a path or name. Only public so far as a page needs it. */
public record FormInput(String access, String text, String duration, String justification) {
    static FormInput preselecting(String path) {
        return new FormInput("", path, "", "");
    }

    static FormInput of(MultivaluedMap<String, String> fields) {
        return new FormInput(
                value(fields, "access"), value(fields, "text"), value(fields, "duration"), value(fields, "justification"));
    }

    /** What needs no Leasehold to be seen. */
    FormError check() {
        if (access.isEmpty() && text.isEmpty()) return FormError.at("access", "access_missing");
        if (!duration.matches("[1-9]\\d{0,9}")) return FormError.at("duration", "duration_missing");
        if (justification.isEmpty()) return FormError.at("justification", "justification_missing");
        return FormError.NONE;
    }

    /** Adds what {@code /gate/request} needs; only after {@link #check}. */
    void writeTo(ObjectNode body) {
        ObjectNode asked = body.putObject("access");
        int colon = access.indexOf(':');
        if (colon > 0) {
            asked.put("by", "id").put("kind", access.substring(0, colon)).put("id", access.substring(colon + 1));
        } else {
            asked.put("by", "text").put("text", access.isEmpty() ? text : access);
        }
        body.put("seconds", Long.parseLong(duration)).put("justification", justification);
    }

    private static String value(MultivaluedMap<String, String> fields, String name) {
        String value = fields.getFirst(name);
        return value == null ? "" : value.strip();
    }
}
