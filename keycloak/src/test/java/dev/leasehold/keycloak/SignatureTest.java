package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The example of docs/reference/gate-protocol.md, which Leasehold's own tests may check, too. */
class SignatureTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String NONCE = "00112233445566778899aabbccddeeff";

    @Test
    void aCallIsSignedAsInTheDocumentation() {
        assertEquals(
                "b33dfa63f50c75eabf8ba900484e03444487464ecfaa89d1f7d4d76fd62c41da",
                Signature.ofCall(SECRET, "1790000000000", NONCE, "/gate/ask", "{\"realm\":\"acme\"}".getBytes(UTF_8)));
    }

    @Test
    void anAnswerIsSignedAsInTheDocumentation() {
        byte[] body = "{\"answer\":\"go\",\"actions\":[]}".getBytes(UTF_8);
        assertEquals(
                "46f71d51ab06c4d73ed9c591df2fb330d0cac8edc991d19f0e0c8742366b9f76",
                Signature.ofAnswer(SECRET, "1790000000123", NONCE, 200, body));
    }

    @Test
    void signaturesAreComparedWhole() {
        assertTrue(Signature.same("ab", "ab"));
        assertFalse(Signature.same("ab", "abc"));
        assertFalse(Signature.same("ab", ""));
    }
}
