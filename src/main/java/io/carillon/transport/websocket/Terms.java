package io.carillon.transport.websocket;

import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

import java.time.Duration;

/// What all WebSockets of one endpoint share: sizes and times. Immutable.
///
/// @param maxMessage bytes of one message from a client, fragments together
/// @param watermark when a client counts as slow
/// @param closeTimeout how long a client may take to answer a close frame
/// @param decoding how its frames are read
public record Terms(
        int maxMessage,
        WriteBufferWaterMark watermark,
        Duration closeTimeout,
        WebSocketDecoderConfig decoding) {
    /// @param maxMessage bytes of one message from a client, fragments together
    /// @param writeBuffer bytes that may wait to be written to a client; it is writable again at
    ///     half of that
    /// @param closeTimeout how long a client may take to answer a close frame
    /// @return the terms
    public static Terms of(int maxMessage, int writeBuffer, Duration closeTimeout) {
        return new Terms(
                maxMessage,
                new WriteBufferWaterMark(writeBuffer / 2, writeBuffer),
                closeTimeout,
                WebSocketDecoderConfig.newBuilder()
                        .expectMaskedFrames(true)
                        .allowExtensions(false)
                        .maxFramePayloadLength(maxMessage)
                        // We answer violations with our own codes, and text is checked whole.
                        .closeOnProtocolViolation(false)
                        .withUTF8Validator(false)
                        .build());
    }
}
