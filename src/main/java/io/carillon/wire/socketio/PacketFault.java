package io.carillon.wire.socketio;

/// What can be wrong with a packet. The client's session ends with it, as the protocol wants; the
/// word goes into the close reason and the log. `src/docs/socketio.md` holds the same table.
public enum PacketFault {
    TYPE("packet_type", "The packet's type is none that a client sends."),
    NAMESPACE("namespace", "A namespace has 1 to 200 characters without control characters."),
    ACK_ID("ack_id", "An ack's number is an integer from 0 to 2^53-1."),
    ATTACHMENTS("attachments", "The number of attachments is missing, too large or not followed."),
    PLACEHOLDER("placeholder", "Placeholders and attachments do not fit together."),
    PAYLOAD("payload", "The payload is not the JSON that the packet's type wants."),
    EVENT_NAME("event_name", "An event's name is a text of 1 to 200 characters, none reserved."),
    BINARY("binary", "Binary data came where none was announced, or text where it was."),
    NOT_TEXT("not_text", "Text frames hold UTF-8.");

    private final String code;
    private final String meaning;

    PacketFault(String code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /// @return the word for programs and logs
    public String code() {
        return code;
    }

    /// @return what the protocol wants, for people
    public String meaning() {
        return meaning;
    }
}
