package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The vector of docs/reference/gate-protocol.md, which Leasehold's own tests check, too. */
class SignatureTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String NONCE = "00112233445566778899aabbccddeeff";

    @Test
    void aCallIsSignedAsInTheDocumentation() {
        assertEquals(
                "27ea4f5de1e9308b0ed5e43406cc04c39f0cf3ad649bab0ea33cda25763c7bac",
                Signature.ofCall(SECRET, "1700000000000", NONCE, "/gate/look", "{}".getBytes(UTF_8)));
    }

    @Test
    void anAnswerIsSignedAsInTheDocumentation() {
        assertEquals(
                "355beaf764631ba230952a3625400d828938292860a98e216b213bcd267248bd",
                Signature.ofAnswer(SECRET, "1700000000001", NONCE, 200, "{}".getBytes(UTF_8)));
    }

    @Test
    void signaturesAreComparedWhole() {
        assertTrue(Signature.same("ab", "ab"));
        assertFalse(Signature.same("ab", "abc"));
        assertFalse(Signature.same("ab", ""));
    }
}
