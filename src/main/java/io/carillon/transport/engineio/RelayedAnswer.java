package io.carillon.transport.engineio;

import io.carillon.peer.Question;
import io.carillon.peer.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import java.nio.charset.StandardCharsets;

/// An answer of HTTP on its way between nodes: a line with status and media type, then the body.
/// Immutable, as long as nobody writes to the body.
///
/// @param status of HTTP
/// @param type the media type
/// @param body of the answer
@SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody compares answers.
record RelayedAnswer(int status, String type, byte[] body) {
    /// Room for the line.
    private static final int HEAD = 200;

    /// The longest body that goes.
    static final int MOST = Question.LONGEST - HEAD;

    static RelayedAnswer of(int status, String type, ByteBuf body) {
        try {
            return new RelayedAnswer(status, type, ByteBufUtil.getBytes(body));
        } finally {
            body.release();
        }
    }

    Reply.Answer write() {
        var head = (status + " " + type + "\n").getBytes(StandardCharsets.US_ASCII);
        var bytes = new byte[head.length + body.length];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(body, 0, bytes, head.length, body.length);
        return new Reply.Answer(bytes);
    }

    static RelayedAnswer read(Reply.Answer answer) {
        var bytes = Unpooled.wrappedBuffer(answer.body());
        var line = bytes.bytesBefore((byte) '\n');
        var head = bytes.readCharSequence(line, StandardCharsets.US_ASCII).toString();
        bytes.skipBytes(1);
        var space = head.indexOf(' ');
        return new RelayedAnswer(
                Integer.parseInt(head.substring(0, space)),
                head.substring(space + 1),
                ByteBufUtil.getBytes(bytes));
    }

    void pass(Exchange exchange) {
        exchange.answer(status, type, Unpooled.wrappedBuffer(body));
    }
}
