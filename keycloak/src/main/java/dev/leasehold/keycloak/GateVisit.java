package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.common.util.Time;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;

/** One request of a browser at the gate. It may come any number of times: only a spent approval goes on, and once. */
final class GateVisit {
    private static final Logger LOG = Logger.getLogger("dev.leasehold");
    /** An approval in the last second must not meet a closed door. */
    private static final long GRACE_MS = 5_000;

    private final AuthenticationFlowContext context;
    private final GateSettings settings;
    private final Door door;
    private final GateClient client;
    private final SignIn signIn;
    private final GateNotes notes;
    private final GatePages pages;

    GateVisit(AuthenticationFlowContext context, GateSettings settings, Door door, GateClient client) {
        this.context = context;
        this.settings = settings;
        this.door = door;
        this.client = client;
        this.signIn = new SignIn(context);
        this.notes = new GateNotes(context.getAuthenticationSession(), context.getExecution().getId());
        this.pages = new GatePages(context, notes, settings);
    }

    void come() {
        if (notes.refusal() != null) pages.refused(notes.refusal());
        else if (notes.gate() != null) look();
        else {
            String trigger = Trigger.of(context, settings, signIn);
            if (trigger == null) context.success();
            else if (isPassive()) askSilently(trigger);
            else ask(trigger);
        }
    }

    /** The person turned back; the application hears `access_denied`. */
    void leave() {
        if (notes.gate() != null && notes.refusal() == null) {
            try {
                client.call(door, "leave", signIn.about(notes.gate()));
            } catch (Unreachable reason) {
                warn("leave", reason);
            }
            notes.refused(Refusal.because("withdrawn"));
        }
        context.cancelLogin();
    }

    /** `prompt=none`: nobody is there. */
    private boolean isPassive() {
        String prompt = context.getAuthenticationSession().getClientNote(OIDCLoginProtocol.PROMPT_PARAM);
        return prompt != null && List.of(prompt.split(" ")).contains(OIDCLoginProtocol.PROMPT_VALUE_NONE);
    }

    /** Nobody is there to wait or to climb, so nobody is asked to approve: Leasehold says whether it goes on as it is. */
    private void askSilently(String trigger) {
        try {
            JsonNode answer = client.call(door, "ask", signIn.ask(trigger, 0));
            if ("go".equals(answer.path("answer").asText())) goOn(strings(answer.path("actions")));
            else pages.interactionNeeded();
        } catch (Unreachable reason) {
            warn("ask", reason);
            pages.interactionNeeded();
        }
    }

    private void ask(String trigger) {
        JsonNode answer;
        try {
            answer = client.call(door, "ask", signIn.ask(trigger, settings.waitSeconds()));
        } catch (Unreachable reason) {
            warn("ask", reason);
            Refusal away = Refusal.because("away");
            event(away);
            pages.refused(away);
            return;
        }
        switch (answer.path("answer").asText()) {
            case "go" -> goOn(strings(answer.path("actions")));
            case "wait" -> open(answer);
            case "step-up" -> {
                if (!new Levels(context).climb(strings(answer.path("acr")))) {
                    refuse(Refusal.because("step_up", String.join(", ", strings(answer.path("acr")))));
                }
            }
            case "deny" -> refuse(Refusal.of(answer));
            default -> refuse(Refusal.because("unknown"));
        }
    }

    private void open(JsonNode answer) {
        String asked = answer.path("asked").isNull() ? null : answer.path("asked").asText();
        notes.opened(answer.path("gate").asText(), answer.path("code").asText(), asked, strings(answer.path("actions")));
        waitFor(answer.path("secondsLeft").asLong());
    }

    private void waitFor(long seconds) {
        notes.waitsUntil(Time.currentTimeMillis() + 1000 * Math.min(seconds, GateSettings.LONGEST_WAIT_SECONDS));
        pages.waiting(seconds, false);
    }

    private void look() {
        long left = notes.deadline() - Time.currentTimeMillis();
        if (left < -GRACE_MS) {
            refuse(Refusal.because("expired"));
            return;
        }
        try {
            JsonNode answer = client.call(door, "look", signIn.about(notes.gate()));
            switch (answer.path("state").asText()) {
                case "waiting" -> waitFor(answer.path("secondsLeft").asLong());
                case "approved" -> {
                    if (pages.isPoll()) pages.status("approved", 0);
                    else spend();
                }
                default -> refuse(Refusal.because(answer.path("state").asText()));
            }
        } catch (Unreachable reason) {
            warn("look", reason);
            if (left <= 0) refuse(Refusal.because("expired"));
            else pages.waiting((left + 999) / 1000, true);
        }
    }

    private void spend() throws Unreachable {
        ObjectNode body = signIn.about(notes.gate());
        body.put("tab", context.getAuthenticationSession().getTabId());
        JsonNode answer = client.call(door, "spend", body);
        if (!answer.path("spent").isBoolean() || !answer.path("spent").asBoolean()) {
            refuse(Refusal.because(answer.path("state").asText()));
            return;
        }
        String approvers = String.join(", ", strings(answer.path("approvers")));
        context.getEvent().detail("leasehold_gate", notes.gate()).detail("leasehold_approver", approvers);
        context.getAuthenticationSession().setUserSessionNote("leasehold_gate", notes.gate());
        context.getAuthenticationSession().setUserSessionNote("leasehold_approver", approvers);
        goOn(notes.actions());
    }

    /** The actions belong to this sign-in, not to the person: there they would block a password grant for ever. */
    private void goOn(List<String> actions) {
        for (String action : actions) {
            if (!RequiredActions.isEnabled(context.getRealm(), action)) {
                LOG.warnf("realm %s has no enabled required action %s", context.getRealm().getName(), action);
                refuse(Refusal.because("action", action));
                return;
            }
        }
        actions.forEach(context.getAuthenticationSession()::addRequiredAction);
        context.success();
    }

    /** Stays closed, by a note and not by failure(): that would count as a wrong password. */
    private void refuse(Refusal refusal) {
        notes.refused(refusal);
        event(refusal);
        pages.refused(refusal);
    }

    private void event(Refusal refusal) {
        context.getEvent().user(context.getUser()).detail("leasehold_gate", notes.gate()).error(refusal.event());
    }

    private void warn(String verb, Unreachable reason) {
        LOG.warnf("Leasehold cannot be reached at %s/gate/%s: %s", door.url(), verb, reason.getMessage());
    }

    private static List<String> strings(JsonNode array) {
        List<String> words = new ArrayList<>();
        array.forEach(word -> words.add(word.asText()));
        return words;
    }
}
