package dev.leasehold.keycloak;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.services.resources.LoginActionsService;

/** Why a sign-in comes to the gate, in the words of docs/reference/gate-protocol.md. */
final class Trigger {
    private Trigger() {}

    /** Null where it does not: it is no business of Leasehold then. */
    static String of(AuthenticationFlowContext context, GateSettings settings, SignIn signIn) {
        String listed = listed(context, settings, signIn);
        if (listed == null && !settings.coversAll()) return null;
        if (LoginActionsService.REGISTRATION_PATH.equals(context.getFlowPath())) return "registration";
        if (listed != null) return listed;
        return new Levels(context).isStepUp() ? "step-up" : "login";
    }

    private static String listed(AuthenticationFlowContext context, GateSettings settings, SignIn signIn) {
        String client = context.getAuthenticationSession().getClient().getClientId();
        if (settings.clients().contains(client)) return "client";
        if (!settings.scopes().isEmpty() && signIn.scopes().stream().anyMatch(settings.scopes()::contains)) return "scope";
        return signIn.action() != null && settings.actions().contains(signIn.action()) ? "action" : null;
    }
}
