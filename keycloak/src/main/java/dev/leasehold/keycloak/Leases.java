package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.keycloak.util.JsonSerialization;

/**
 * What Leasehold tells of one person: his live leases, and what the client's session was approved by.
 *
 * @param approval null: none was asked for, or it does not count
 */
record Leases(List<Lease> all, Approval approval) {
    /** A token that is over before it arrives says nothing. */
    private static final long LEAST_LEFT_MS = 2000;

    /**
     * @param resource id in Keycloak
     * @param endsAt epoch ms
     * @param told what stands in the claim
     * @param inToken it is in tokens alone, so the role is to be added
     */
    record Lease(String resource, String access, long endsAt, JsonNode told, boolean inToken) {}

    record Approval(long endsAt, JsonNode told) {}

    /** Only what is not over at {@code now} (epoch ms). Throws {@link Unreachable} for an answer that says something else. */
    static Leases read(JsonNode answer, long now) throws Unreachable {
        if (!answer.path("leases").isArray()) throw new Unreachable("an answer without leases");
        List<Lease> all = new ArrayList<>();
        for (JsonNode one : answer.get("leases")) {
            Lease lease = new Lease(
                    text(one, "resource"),
                    text(one, "access"),
                    end(one),
                    told(one, List.of("id", "access", "kind")),
                    one.path("inToken").asBoolean(false));
            if (lease.endsAt - now >= LEAST_LEFT_MS) all.add(lease);
        }
        JsonNode approved = answer.path("approval");
        boolean counts = approved.isObject() && end(approved) - now >= LEAST_LEFT_MS;
        return new Leases(
                List.copyOf(all), counts ? new Approval(end(approved), told(approved, List.of("id"))) : null);
    }

    /**
     * The last second for which a token with these is good, epoch s; {@code Long.MAX_VALUE} where nothing ends. Keycloak takes a
     * token through all of the second that {@code exp} names, so it is the one before the end.
     */
    long firstEnd(List<Lease> carried) {
        Stream<Long> ends = Stream.concat(carried.stream().map(Lease::endsAt), Stream.ofNullable(approval).map(Approval::endsAt));
        return ends.map(end -> end / 1000 - 1).min(Long::compare).orElse(Long.MAX_VALUE);
    }

    /** The value of the claim for these leases; null where there is nothing to say. */
    ObjectNode claim(List<Lease> carried) {
        ObjectNode claim = JsonSerialization.mapper.createObjectNode();
        if (!carried.isEmpty()) {
            ArrayNode list = claim.putArray("leases");
            carried.forEach(lease -> list.add(lease.told));
        }
        if (approval != null) claim.set("approval", approval.told);
        return claim.isEmpty() ? null : claim;
    }

    private static ObjectNode told(JsonNode one, List<String> names) throws Unreachable {
        ObjectNode told = JsonSerialization.mapper.createObjectNode();
        for (String name : names) told.put(name, text(one, name));
        told.put("end", end(one) / 1000);
        if (one.path("approvers").isArray()) told.set("approvers", one.get("approvers"));
        if (one.path("limits").isObject() && !one.get("limits").isEmpty()) told.set("limits", one.get("limits"));
        return told;
    }

    private static String text(JsonNode one, String name) throws Unreachable {
        if (!one.path(name).isTextual()) throw new Unreachable("a lease without " + name);
        return one.get(name).asText();
    }

    private static long end(JsonNode one) throws Unreachable {
        if (!one.path("endsAt").isIntegralNumber()) throw new Unreachable("a lease without an end");
        return one.get("endsAt").asLong();
    }
}
