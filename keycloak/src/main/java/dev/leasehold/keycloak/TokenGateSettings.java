package dev.leasehold.keycloak;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Set;
import org.keycloak.representations.idm.ClientPolicyExecutorConfigurationRepresentation;

/**
 * What an operator set for one execution of the token gate. A list that is empty leaves nothing out. Keycloak's own conditions
 * cannot judge every way to a token (none knows the device grant by its client), so it has its own.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public final class TokenGateSettings extends ClientPolicyExecutorConfigurationRepresentation {
    @JsonProperty("clients")
    private List<String> clients;

    @JsonProperty("scopes")
    private List<String> scopes;

    @JsonProperty("grants")
    private List<String> grants;

    boolean covers(String client, Set<String> asked, String grant) {
        return isIn(clients, List.of(client)) && isIn(scopes, asked) && isIn(grants, List.of(grant));
    }

    private static boolean isIn(List<String> named, Iterable<String> given) {
        if (named == null || named.isEmpty()) return true;
        for (String one : given) if (named.contains(one)) return true;
        return false;
    }

    TokenGateSettings with(List<String> clients, List<String> scopes, List<String> grants) {
        this.clients = clients;
        this.scopes = scopes;
        this.grants = grants;
        return this;
    }
}
