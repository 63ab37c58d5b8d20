package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.device.DeviceRepresentationProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.OTPCredentialModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.representations.account.DeviceRepresentation;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.JsonSerialization;

/** What Leasehold is told of a sign-in. */
final class SignIn {
    private final AuthenticationFlowContext context;
    private final KeycloakSession keycloak;
    private final AuthenticationSessionModel session;
    private final UserModel user;

    SignIn(AuthenticationFlowContext context) {
        this.context = context;
        this.keycloak = context.getSession();
        this.session = context.getAuthenticationSession();
        this.user = context.getUser();
    }

    /** The body of {@code /gate/ask}. */
    ObjectNode ask(String trigger, int waitSeconds) {
        ObjectNode body = JsonSerialization.mapper.createObjectNode();
        body.put("realm", context.getRealm().getName());
        body.putObject("person").put("id", user.getId()).put("username", user.getUsername());
        ClientModel client = session.getClient();
        body.putObject("client").put("id", client.getClientId()).put("name", client.getName());
        fill(body.putArray("scopes"), scopes());
        fill(body.putArray("reached"), new Levels(context).reached());
        body.put("ip", context.getConnection().getRemoteAddr());
        body.put("device", device());
        body.put("action", action());
        body.put("trigger", trigger);
        body.put("session", sessionHash());
        body.put("tab", session.getTabId());
        body.put("waitSeconds", waitSeconds);
        body.set("account", account());
        return body;
    }

    /** The body of {@code /gate/look} and {@code /gate/leave}; with the tab, of {@code /gate/spend}. */
    ObjectNode about(String gate) {
        ObjectNode body = JsonSerialization.mapper.createObjectNode();
        return body.put("realm", context.getRealm().getName())
                .put("gate", gate)
                .put("person", user.getId())
                .put("session", sessionHash());
    }

    /** Scopes that were asked for, and those that the client has by default. */
    Set<String> scopes() {
        String asked = session.getClientNote(OIDCLoginProtocol.SCOPE_PARAM);
        Set<String> scopes = new TreeSet<>();
        if (asked != null) scopes.addAll(Arrays.asList(asked.strip().split("\\s+")));
        TokenManager.getRequestedClientScopes(keycloak, asked, session.getClient(), user)
                .filter(scope -> !(scope instanceof ClientModel))
                .forEach(scope -> scopes.add(scope.getName()));
        scopes.remove("");
        return scopes;
    }

    /** The required action that it was sent for, or null. */
    String action() {
        return session.getClientNote(Constants.KC_ACTION);
    }

    private ObjectNode account() {
        ObjectNode account = JsonSerialization.mapper.createObjectNode();
        account.put("emailVerified", user.isEmailVerified());
        account.put("termsAccepted", user.getFirstAttribute("terms_and_conditions") != null);
        account.put("otp", user.credentialManager().isConfiguredFor(OTPCredentialModel.TYPE));
        Long created = user.getCreatedTimestamp();
        if (created == null) account.putNull("ageDays");
        else account.put("ageDays", Math.max(0, TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis() - created)));
        ArrayNode filled = account.putArray("filled");
        user.getAttributes().forEach((name, values) -> {
            if (values != null && values.stream().anyMatch(value -> value != null && !value.isBlank())) filled.add(name);
        });
        return account;
    }

    /** Such as {@code Firefox on Linux}, or null. */
    private String device() {
        DeviceRepresentationProvider provider = keycloak.getProvider(DeviceRepresentationProvider.class);
        DeviceRepresentation device = provider == null ? null : provider.deviceRepresentation();
        return device == null ? null : deviceName(device.getBrowser(), device.getOs());
    }

    /** Keycloak says `Other` for what it does not know. */
    static String deviceName(String browser, String system) {
        String known = Stream.of(browser == null ? "" : browser.split("/")[0], system == null ? "" : system)
                .filter(word -> !word.isBlank() && !word.equals("Other"))
                .collect(Collectors.joining(" on "));
        return known.isEmpty() ? null : known;
    }

    private String sessionHash() {
        return Signature.sha256(session.getParentSession().getId().getBytes(UTF_8));
    }

    private static void fill(ArrayNode array, Collection<String> words) {
        words.forEach(array::add);
    }
}
