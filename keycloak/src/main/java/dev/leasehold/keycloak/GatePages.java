package dev.leasehold.keycloak;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;

/** What the browser gets: a page, or a line of JSON where the page's script asks. */
final class GatePages {
    private final AuthenticationFlowContext context;
    private final GateNotes notes;
    private final GateSettings settings;

    GatePages(AuthenticationFlowContext context, GateNotes notes, GateSettings settings) {
        this.context = context;
        this.notes = notes;
        this.settings = settings;
    }

    /** The script polls the address of the page. Its answer never goes on: it navigates there, and that request does. */
    boolean isPoll() {
        String accept = context.getHttpRequest().getHttpHeaders().getHeaderString(HttpHeaders.ACCEPT);
        return accept != null && accept.startsWith(MediaType.APPLICATION_JSON);
    }

    void waiting(long secondsLeft, boolean isAway) {
        if (isPoll()) {
            status(isAway ? "away" : "waiting", secondsLeft);
            return;
        }
        String code = notes.code();
        context.forceChallenge(context.form()
                .setAttribute("leaseholdCode", code.length() == 6 ? code.substring(0, 3) + " " + code.substring(3) : code)
                .setAttribute("leaseholdAsked", notes.asked() == null ? "" : notes.asked())
                .setAttribute("leaseholdMinutes", (secondsLeft + 59) / 60)
                .setAttribute("leaseholdAway", isAway)
                .setAttribute("leaseholdPoll", settings.pollMs())
                .setAttribute("leaseholdUrl", context.getRefreshExecutionUrl().toString())
                .createForm("leasehold-wait.ftl"));
    }

    void refused(Refusal refusal) {
        if (isPoll()) {
            status(refusal.why(), 0);
            return;
        }
        context.forceChallenge(context.form()
                .setStatus(refusal.event().equals("leasehold_unavailable")
                        ? Response.Status.SERVICE_UNAVAILABLE
                        : Response.Status.FORBIDDEN)
                .setAttribute("leaseholdWhy", refusal.why())
                .setAttribute("leaseholdTexts", refusal.texts())
                .setAttribute("leaseholdDetail", refusal.detail())
                .createForm("leasehold-refused.ftl"));
    }

    /** Keycloak turns any challenge into `login_required` here. */
    void interactionNeeded() {
        context.forceChallenge(Response.status(Response.Status.FORBIDDEN).build());
    }

    void status(String status, long secondsLeft) {
        context.forceChallenge(Response.ok(Map.of("status", status, "secondsLeft", secondsLeft))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build());
    }
}
