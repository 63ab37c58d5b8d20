package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signatures of docs/reference/gate-protocol.md: HMAC-SHA256 over lines, as 64 hex digits in small letters. */
final class Signature {
    private Signature() {}

    static String ofCall(String secret, String time, String nonce, String path, byte[] body) {
        return sign(secret, "leasehold-gate-call", time, nonce, "POST", path, sha256(body));
    }

    static String ofAnswer(String secret, String time, String nonce, int status, byte[] body) {
        return sign(secret, "leasehold-gate-answer", time, nonce, Integer.toString(status), sha256(body));
    }

    /** In a time that tells nothing about where they differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException cause) {
            throw new IllegalStateException(cause);
        }
    }

    private static String sign(String secret, String... lines) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(String.join("\n", lines).getBytes(UTF_8)));
        } catch (GeneralSecurityException cause) {
            throw new IllegalStateException(cause);
        }
    }
}
