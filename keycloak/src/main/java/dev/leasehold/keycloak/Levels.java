package dev.leasehold.keycloak;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.conditional.ConditionalLoaAuthenticatorFactory;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.authentication.authenticators.util.LoAUtil;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.Constants;
import org.keycloak.protocol.oidc.utils.AcrUtils;
import org.keycloak.sessions.AuthenticationSessionModel;

/** Levels of authentication: those that this sign-in has reached, and how a higher one is asked for. */
final class Levels {
    private static final int BASIC = 1;
    /** A client note: it outlives the reset of the flow, and a sign-in asks for a higher level once. */
    private static final String ASKED = "leasehold-gate.step-up";

    private final AuthenticationFlowContext context;
    private final AuthenticationSessionModel session;
    private final Map<String, Integer> levelOf;

    Levels(AuthenticationFlowContext context) {
        this.context = context;
        this.session = context.getAuthenticationSession();
        this.levelOf = AcrUtils.getAcrLoaMap(session.getClient());
    }

    /** Context classes, the highest last. */
    List<String> reached() {
        int level = new AcrStore(context.getSession(), session).getLevelOfAuthenticationFromCurrentAuthentication();
        return levelOf.entrySet().stream()
                .filter(entry -> entry.getValue() <= level)
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Starts the flow again for the lowest of these; false where that cannot help. */
    boolean climb(List<String> classes) {
        Integer level = classes.stream()
                .map(levelOf::get)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        if (level == null || session.getClientNote(ASKED) != null) return false;
        session.setClientNote(ASKED, Integer.toString(level));
        session.setClientNote(Constants.REQUESTED_LEVEL_OF_AUTHENTICATION, Integer.toString(level));
        context.resetFlow();
        return true;
    }

    /** Whether the gate is a part of a level above the basic one, or the application asked for such a level. */
    boolean isStepUp() {
        return asked() > BASIC || isAboveBasic(context.getExecution());
    }

    private int asked() {
        String level = session.getClientNote(Constants.REQUESTED_LEVEL_OF_AUTHENTICATION);
        return level == null ? Constants.NO_LOA : Integer.parseInt(level);
    }

    private boolean isAboveBasic(AuthenticationExecutionModel gate) {
        return context.getRealm()
                .getAuthenticationExecutionsStream(gate.getParentFlow())
                .filter(one -> ConditionalLoaAuthenticatorFactory.PROVIDER_ID.equals(one.getAuthenticator()))
                .map(one -> context.getRealm().getAuthenticatorConfigById(one.getAuthenticatorConfig()))
                .filter(Objects::nonNull)
                .map(LoAUtil::getLevelFromLoaConditionConfiguration)
                .anyMatch(level -> level != null && level > BASIC);
    }
}
