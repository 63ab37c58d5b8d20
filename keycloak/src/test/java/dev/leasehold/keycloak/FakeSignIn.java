package dev.leasehold.keycloak;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.RETURNS_SELF;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.events.EventBuilder;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.RequiredActionProviderModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/** Keycloak's side of one sign-in: notes that last, and what became of each request. */
final class FakeSignIn {
    final AuthenticationFlowContext context = mock(AuthenticationFlowContext.class, RETURNS_DEEP_STUBS);
    final AuthenticationSessionModel session = mock(AuthenticationSessionModel.class, RETURNS_DEEP_STUBS);
    final EventBuilder event = mock(EventBuilder.class, RETURNS_SELF);
    final Map<String, String> notes = new HashMap<>();
    final Map<String, String> clientNotes = new HashMap<>();
    final Map<String, String> config = new HashMap<>();
    /** Such as `leasehold-wait.ftl`, `json`, `success`, `reset`, `cancelled`: one for each request. */
    final List<String> outcomes = new ArrayList<>();

    private final LoginFormsProvider form = mock(LoginFormsProvider.class, RETURNS_SELF);
    private String page;

    FakeSignIn() {
        ClientModel app = mock(ClientModel.class, RETURNS_DEEP_STUBS);
        when(app.getClientId()).thenReturn("app");
        when(app.getAttribute(anyString())).thenReturn(null);
        when(app.getRealm().getAttribute(anyString())).thenReturn("{\"gold\":2}");
        when(app.getClientScopes(true)).thenReturn(Map.of());
        when(app.getClientScopes(false)).thenReturn(Map.of());
        when(session.getClient()).thenReturn(app);
        when(session.getParentSession().getId()).thenReturn("root");
        when(session.getTabId()).thenReturn("tab");
        keep(notes, false);
        keep(clientNotes, true);

        AuthenticatorConfigModel model = new AuthenticatorConfigModel();
        model.setConfig(config);
        when(context.getAuthenticatorConfig()).thenReturn(model);
        when(context.getAuthenticationSession()).thenReturn(session);
        when(context.getExecution().getId()).thenReturn("execution");
        when(context.getRealm().getName()).thenReturn("acme");
        when(context.getRealm().getRequiredActionProviderByAlias(anyString())).thenReturn(null);
        when(context.getRealm().getAuthenticationExecutionsStream(any())).thenAnswer(call -> Stream.of());
        when(context.getUser().getId()).thenReturn("ann");
        when(context.getUser().getUsername()).thenReturn("ann");
        when(context.getUser().getCreatedTimestamp()).thenReturn(null);
        when(context.getUser().getAttributes()).thenReturn(Map.of("email", List.of("a@b.c"), "phone", List.of("")));
        when(context.getSession().getProvider(any(Class.class))).thenReturn(null);
        when(context.getEvent()).thenReturn(event);
        when(context.form()).thenReturn(form);
        when(context.getRefreshExecutionUrl()).thenReturn(URI.create("http://keycloak/again"));
        when(form.createForm(anyString())).thenAnswer(call -> {
            page = call.getArgument(0);
            return null;
        });
        outcome(call -> outcomes.add("success")).success();
        outcome(call -> outcomes.add("reset")).resetFlow();
        outcome(call -> outcomes.add("cancelled")).cancelLogin();
        outcome(call -> {
            Response response = call.getArgument(0);
            return outcomes.add(response == null ? page : response.getStatus() == 200 ? "json" : "nothing");
        }).forceChallenge(any());
        asks("text/html");
    }

    void allows(String action) {
        RequiredActionProviderModel model = new RequiredActionProviderModel();
        model.setEnabled(true);
        when(context.getRealm().getRequiredActionProviderByAlias(action)).thenReturn(model);
    }

    void asks(String accept) {
        when(context.getHttpRequest().getHttpHeaders().getHeaderString("Accept")).thenReturn(accept);
    }

    void posts(String field) {
        MultivaluedHashMap<String, String> fields = new MultivaluedHashMap<>();
        fields.add(field, "true");
        when(context.getHttpRequest().getDecodedFormParameters()).thenReturn(fields);
    }

    private AuthenticationFlowContext outcome(org.mockito.stubbing.Answer<Boolean> record) {
        return doAnswer(call -> {
            record.answer(call);
            return null;
        }).when(context);
    }

    private void keep(Map<String, String> map, boolean isClient) {
        org.mockito.stubbing.Answer<String> get = call -> map.get(call.<String>getArgument(0));
        org.mockito.stubbing.Answer<Void> set = call -> {
            map.put(call.getArgument(0), call.getArgument(1));
            return null;
        };
        if (isClient) {
            when(session.getClientNote(anyString())).thenAnswer(get);
            doAnswer(set).when(session).setClientNote(anyString(), any());
        } else {
            when(session.getAuthNote(anyString())).thenAnswer(get);
            doAnswer(set).when(session).setAuthNote(anyString(), any());
        }
    }
}
