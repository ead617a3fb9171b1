package io.carillon.aws;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The checksum of archived objects.
final class Sha256 {
    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
