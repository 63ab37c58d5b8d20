package dev.leasehold.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.MultivaluedMap;
import org.jboss.logging.Logger;
import org.keycloak.authentication.InitiatedActionSupport;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.Constants;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.JsonSerialization;

/** The access-request form: what it asks for becomes the same request as one that was asked for in Slack. */
final class AccessRequestAction implements RequiredActionProvider {
    private static final Logger LOG = Logger.getLogger("dev.leasehold");
    /** Auth notes: the nonce that the rendered form is sent with, and that it was sent. */
    private static final String NONCE = AccessRequestActionFactory.ID + ".nonce";
    private static final String ASKED = AccessRequestActionFactory.ID + ".asked";

    private final GateClient client;
    private final Door server;

    AccessRequestAction(GateClient client, Door server) {
        this.client = client;
        this.server = server;
    }

    @Override
    public InitiatedActionSupport initiatedActionSupport() {
        return InitiatedActionSupport.SUPPORTED;
    }

    @Override
    public void evaluateTriggers(RequiredActionContext context) {}

    @Override
    public void requiredActionChallenge(RequiredActionContext context) {
        if (note(context, ASKED) != null) AccessRequestPages.asked(context);
        else show(context, FormInput.preselecting(parameter(context)), FormError.NONE);
    }

    @Override
    public void processAction(RequiredActionContext context) {
        MultivaluedMap<String, String> fields = context.getHttpRequest().getDecodedFormParameters();
        // An app-initiated one never comes here with cancel-aia: Keycloak tells the application of it.
        if (fields.containsKey("cancel-aia") || (fields.containsKey("continue") && note(context, ASKED) != null)) {
            context.success();
        } else if (note(context, ASKED) != null || !fields.containsKey("justification")) {
            requiredActionChallenge(context);
        } else {
            send(context, FormInput.of(fields));
        }
    }

    private void show(RequiredActionContext context, FormInput input, FormError error) {
        try {
            JsonNode form = client.call(door(context), "form", person(context));
            if (!"open".equals(form.path("form").asText())) {
                AccessRequestPages.closed(context, form.path("because").asText());
                return;
            }
            context.getAuthenticationSession().setAuthNote(NONCE, GateClient.newNonce());
            AccessRequestPages.open(context, form, input, error);
        } catch (Unreachable reason) {
            warn("form", reason);
            AccessRequestPages.closed(context, "away");
        }
    }

    /** With the nonce of the rendered form: sent twice, by a double click or a second tab, it asks once. */
    private void send(RequiredActionContext context, FormInput input) {
        String nonce = note(context, NONCE);
        FormError wrong = nonce == null ? FormError.NONE : input.check();
        if (nonce == null || wrong != FormError.NONE) {
            show(context, input, wrong);
            return;
        }
        ObjectNode body = person(context);
        input.writeTo(body);
        try {
            JsonNode answer = client.call(door(context), "request", body, nonce);
            if (answer.path("asked").asBoolean()) asked(context);
            else show(context, input, FormError.of(answer));
        } catch (Unreachable reason) {
            warn("request", reason);
            if (reason.isReplay()) asked(context);
            else show(context, input, FormError.AWAY);
        }
    }

    private static void asked(RequiredActionContext context) {
        context.getAuthenticationSession().removeAuthNote(NONCE);
        context.getAuthenticationSession().setAuthNote(ASKED, "true");
        AccessRequestPages.asked(context);
    }

    private static ObjectNode person(RequiredActionContext context) {
        ObjectNode body = JsonSerialization.mapper.createObjectNode();
        body.put("realm", context.getRealm().getName());
        body.putObject("person")
                .put("id", context.getUser().getId())
                .put("username", context.getUser().getUsername());
        return body;
    }

    /** What follows the colon of {@code kc_action=leasehold-access-request:<path>}. */
    private static String parameter(RequiredActionContext context) {
        String path = context.getAuthenticationSession().getClientNote(Constants.KC_ACTION_PARAMETER);
        return path == null ? "" : path;
    }

    private Door door(RequiredActionContext context) {
        return Door.ofRealm(context.getSession(), context.getRealm(), server);
    }

    private static String note(RequiredActionContext context, String name) {
        AuthenticationSessionModel session = context.getAuthenticationSession();
        return session.getAuthNote(name);
    }

    private static void warn(String verb, Unreachable reason) {
        LOG.warnf("Leasehold gave no answer to /gate/%s: %s", verb, reason.getMessage());
    }

    @Override
    public void close() {}
}
