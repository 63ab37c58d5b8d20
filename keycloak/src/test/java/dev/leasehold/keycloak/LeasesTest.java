package dev.leasehold.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keycloak.util.JsonSerialization;

/** What needs no server: the answer about leases, and what the token gate covers. */
class LeasesTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final String LEASE = "{'id':'l-1','kind':'realm-role','resource':'r-1','access':'reader','endsAt':%d,"
            + "'approvers':['chen'],'limits':{'rows':100},'inToken':true}";

    private static JsonNode json(String text) throws IOException {
        return JsonSerialization.mapper.readTree(text.replace('\'', '"'));
    }

    private static Leases read(String leases, String approval) throws IOException, Unreachable {
        return Leases.read(json("{'leases':[" + leases + "],'approval':" + approval + "}"), NOW);
    }

    @Test
    void theClaimSaysWhichLeaseAndUntilWhen() throws Exception {
        Leases leases = read(LEASE.formatted(NOW + 90_500), "null");
        assertEquals(
                json("{'leases':[{'id':'l-1','access':'reader','kind':'realm-role','end':1700000090,'approvers':['chen'],'limits':{'rows':100}}]}").toString(),
                leases.claim(leases.all()).toString());
        assertEquals(1_700_000_089, leases.firstEnd(leases.all()));
        assertTrue(leases.all().get(0).inToken());
    }

    @Test
    void whatIsOverOrAboutToBeIsNotSaid() throws Exception {
        Leases leases = read(LEASE.formatted(NOW + 1999) + "," + LEASE.formatted(NOW - 1), "{'id':'g-1','endsAt':" + NOW + "}");
        assertEquals(List.of(), leases.all());
        assertNull(leases.approval());
        assertNull(leases.claim(leases.all()));
        assertEquals(Long.MAX_VALUE, leases.firstEnd(leases.all()));
    }

    @Test
    void theTokenEndsWithTheFirstOfLeasesAndApproval() throws Exception {
        Leases leases = read(LEASE.formatted(NOW + 90_000), "{'id':'g-1','endsAt':" + (NOW + 30_000) + ",'approvers':['eve']}");
        assertEquals(1_700_000_029, leases.firstEnd(leases.all()));
        assertEquals(json("{'approval':{'id':'g-1','end':1700000030,'approvers':['eve']}}").toString(), leases.claim(List.of()).toString());
    }

    @Test
    void anAnswerThatIsNoneIsNoAnswer() {
        for (String wrong : new String[] {"{}", "{'leases':{}}", "{'leases':[{}]}", "{'leases':['x']}", "{'leases':[{'resource':'r','access':'a','endsAt':'soon'}]}"}) {
            assertThrows(Unreachable.class, () -> Leases.read(json(wrong), NOW), wrong);
        }
    }

    @Test
    void theTokenGateCoversWhatItsListsName() {
        Set<String> scopes = Set.of("openid", "deploy");
        assertTrue(new TokenGateSettings().covers("ci", scopes, "password"));
        assertTrue(new TokenGateSettings().with(List.of("ci"), List.of("deploy"), List.of("password")).covers("ci", scopes, "password"));
        assertFalse(new TokenGateSettings().with(List.of("wiki"), null, null).covers("ci", scopes, "password"));
        assertFalse(new TokenGateSettings().with(null, List.of("other"), null).covers("ci", scopes, "password"));
        assertFalse(new TokenGateSettings().with(null, List.of(), List.of("ciba")).covers("ci", scopes, "password"));
    }
}
