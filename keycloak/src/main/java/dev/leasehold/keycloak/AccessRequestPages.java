package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.keycloak.authentication.RequiredActionContext;

/** The pages of the access-request form. */
final class AccessRequestPages {
    static final Set<String> CLOSED = Set.of("not_linked", "slack_away", "nothing_offered", "away");

    private AccessRequestPages() {}

    /** One line of the list; `durations` are seconds. Public for the template. */
    public record Entry(String value, String path, String description, List<Long> durations, long defaultSeconds) {
        /** Joined by spaces, for the page's script. */
        public String durationWords() {
            return durations.stream().map(String::valueOf).collect(Collectors.joining(" "));
        }
    }

    /** Such as 3 `hours`. Public for the template. */
    public record Duration(long seconds, long count, String unit) {
        static Duration of(long seconds) {
            if (seconds % 86_400 == 0) return new Duration(seconds, seconds / 86_400, "days");
            if (seconds % 3_600 == 0) return new Duration(seconds, seconds / 3_600, "hours");
            if (seconds % 60 == 0) return new Duration(seconds, seconds / 60, "minutes");
            return new Duration(seconds, seconds, "seconds");
        }
    }

    static void open(RequiredActionContext context, JsonNode form, FormInput input, FormError error) {
        List<Entry> entries = entries(form);
        Entry chosen = entries.stream().filter(entry -> isChosen(entry, input)).findFirst().orElse(null);
        Set<Long> seconds = new TreeSet<>();
        entries.forEach(entry -> seconds.addAll(entry.durations()));
        Entry first = chosen != null || entries.isEmpty() ? chosen : entries.get(0);
        String duration = input.duration().isEmpty() && first != null ? Long.toString(first.defaultSeconds()) : input.duration();
        context.challenge(context.form()
                .setAttribute("leaseholdClosed", "")
                .setAttribute("leaseholdEntries", entries)
                .setAttribute("leaseholdMore", form.path("more").asBoolean())
                .setAttribute("leaseholdChosen", chosen == null ? "" : chosen.value())
                .setAttribute("leaseholdText", chosen == null ? input.text() : chosen.path())
                .setAttribute("leaseholdDuration", duration)
                .setAttribute("leaseholdDurations", seconds.stream().map(Duration::of).toList())
                .setAttribute("leaseholdJustification", input.justification())
                .setAttribute("leaseholdField", error.field())
                .setAttribute("leaseholdBecause", error.because())
                .setAttribute("leaseholdLimit", limit(error))
                .createForm("leasehold-request.ftl"));
    }

    static void closed(RequiredActionContext context, String because) {
        context.challenge(context.form()
                .setAttribute("leaseholdClosed", CLOSED.contains(because) ? because : "away")
                .createForm("leasehold-request.ftl"));
    }

    static void asked(RequiredActionContext context) {
        context.challenge(context.form().createForm("leasehold-asked.ftl"));
    }

    private static boolean isChosen(Entry entry, FormInput input) {
        return entry.value().equals(input.access()) || entry.path().equals(input.text());
    }

    /** A length of time in minutes, as its sentences name it. */
    private static String limit(FormError error) {
        boolean isTime = error.because().equals("too_long") || error.because().equals("too_short");
        if (!isTime || !error.limit().matches("\\d{1,12}")) return error.limit();
        return Long.toString((Long.parseLong(error.limit()) + 59) / 60);
    }

    private static List<Entry> entries(JsonNode form) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode one : form.path("entries")) {
            entries.add(new Entry(
                    one.path("kind").asText() + ":" + one.path("id").asText(),
                    one.path("path").asText(),
                    one.path("description").isNull() ? "" : one.path("description").asText(),
                    StreamSupport.stream(one.path("durations").spliterator(), false).map(JsonNode::asLong).toList(),
                    one.path("defaultSeconds").asLong()));
        }
        return entries;
    }
}
