package io.carillon.probe;

import java.io.InputStream;

/// Some bytes again and again, without an end.
final class Looped extends InputStream {
    private final byte[] bytes;
    private int at;

    /// @param bytes at least one
    Looped(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        var next = bytes[at] & 0xff;
        at = (at + 1) % bytes.length;
        return next;
    }

    @Override
    public int read(byte[] target, int from, int most) {
        var some = Math.min(most, bytes.length - at);
        System.arraycopy(bytes, at, target, from, some);
        at = (at + some) % bytes.length;
        return some;
    }
}
