package dev.leasehold.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.util.JsonSerialization;

/** What needs no server. */
class DecisionsTest {
    @Test
    void settingsKeepTheirBounds() {
        GateSettings none = GateSettings.of(Map.of());
        assertTrue(none.coversAll());
        assertEquals(300, none.waitSeconds());
        assertEquals(1000, none.pollMs());
        GateSettings some = GateSettings.of(Map.of("clients", "app##grafana", "wait-seconds", "9999", "poll-ms", "1"));
        assertEquals(List.of("app", "grafana"), some.clients());
        assertEquals(1500, some.waitSeconds());
        assertEquals(250, some.pollMs());
        assertEquals(300, GateSettings.of(Map.of("wait-seconds", "soon")).waitSeconds());
    }

    @Test
    void theGateCannotBeOneOfSeveralWays() {
        assertEquals(
                List.of(Requirement.REQUIRED, Requirement.DISABLED),
                List.of(new GateAuthenticatorFactory().getRequirementChoices()));
    }

    @Test
    void aRealmsOwnAddressNeverGetsTheServersSecret() {
        Door server = new Door("http://leasehold/", "s".repeat(32));
        assertEquals("http://leasehold", server.url());
        assertFalse(Door.of(null, Map.of("url", "http://elsewhere"), server).isWhole());
        assertFalse(Door.of(null, Map.of("secret", "t".repeat(32)), server).isWhole());
        assertEquals(server, Door.of(null, Map.of(), server));
        assertEquals("http://own", Door.of(null, Map.of("url", "http://own", "secret", "t"), server).url());
    }

    @Test
    void refusalsKeepTheirTextsInTheNote() throws IOException {
        Refusal refusal = Refusal.of(JsonSerialization.mapper.readTree(
                "{\"answer\":\"deny\",\"because\":\"policy\",\"texts\":[\"<b>no\"],\"id\":\"1\"}"));
        assertEquals(refusal, Refusal.fromJson(refusal.toJson()));
        assertEquals(List.of("<b>no"), refusal.texts());
        assertEquals("leasehold_refused", refusal.event());
    }

    @Test
    void anUnknownRefusalIsARefusal() throws IOException {
        assertEquals("unknown", Refusal.of(JsonSerialization.mapper.readTree("{\"because\":\"whim\"}")).why());
        assertEquals("10", Refusal.of(JsonSerialization.mapper.readTree("{\"because\":\"fatigue\",\"retrySeconds\":600}")).detail());
        assertEquals("leasehold_expired", Refusal.because("expired").event());
        assertEquals("leasehold_unavailable", Refusal.because("away").event());
    }

    @Test
    void theFormNamesTheFieldThatIsWrong() {
        assertEquals("access", new FormInput("", "", "60", "why").check().field());
        for (String duration : new String[] {"", "0", "-1", "1e9", "99999999999"}) {
            assertEquals("duration", new FormInput("group:1", "", duration, "why").check().field());
        }
        assertEquals("justification", new FormInput("group:1", "", "60", "").check().field());
        assertEquals(FormError.NONE, new FormInput("group:1", "", "60", "why").check());
    }

    @Test
    void theFormAsksByIdOrByText() {
        ObjectNode byId = JsonSerialization.mapper.createObjectNode();
        new FormInput("client-role:a:b", "", "60", "why").writeTo(byId);
        assertEquals("{\"by\":\"id\",\"kind\":\"client-role\",\"id\":\"a:b\"}", byId.path("access").toString());
        ObjectNode byText = JsonSerialization.mapper.createObjectNode();
        new FormInput("", "production read", "60", "why").writeTo(byText);
        assertEquals("{\"by\":\"text\",\"text\":\"production read\"}", byText.path("access").toString());
    }

    @Test
    void aDeviceIsNamedByWhatIsKnown() {
        assertEquals("Firefox on Linux", SignIn.deviceName("Firefox/128.0", "Linux"));
        assertEquals("Linux", SignIn.deviceName("Other/Unknown", "Linux"));
        assertEquals("Firefox", SignIn.deviceName("Firefox/128.0", "Other"));
        assertNull(SignIn.deviceName("Other/Unknown", "Other"));
        assertNull(SignIn.deviceName(null, null));
    }

    @Test
    void durationsAreNamedByTheirLargestUnit() {
        assertEquals("30 minutes", named(1800));
        assertEquals("2 hours", named(7200));
        assertEquals("3 days", named(259_200));
        assertEquals("90 minutes", named(5400));
        assertEquals("45 seconds", named(45));
    }

    private static String named(long seconds) {
        AccessRequestPages.Duration duration = AccessRequestPages.Duration.of(seconds);
        return duration.count() + " " + duration.unit();
    }

    @Test
    void aStartSaysWhatIsNotAsItShouldBe() {
        assertNull(StartCheck.versionLine("26.7.4", "26.7.3 and 26.7.4", "26.7.4"));
        assertTrue(StartCheck.versionLine("26.7.4", "26.7.3 and 26.7.4", "26.6.0")
                .contains("was built for Keycloak 26.7.4 and tested on 26.7.3 and 26.7.4; this is 26.6.0:"));
        assertNull(StartCheck.doorLine(new Door("http://leasehold", "s".repeat(32))));
        assertNull(StartCheck.doorLine(new Door("http://leasehold", "${vault.gate}")));
        assertTrue(StartCheck.doorLine(new Door("", "")).contains("--spi-authenticator--leasehold-gate--url"));
        assertTrue(StartCheck.doorLine(new Door("http://leasehold", "")).contains("--spi-authenticator--leasehold-gate--secret"));
        String weak = StartCheck.doorLine(new Door("http://leasehold", "hunter2"));
        assertTrue(weak.contains("shorter than 32"));
        assertFalse(weak.contains("hunter2"));
    }
}
