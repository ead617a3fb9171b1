package io.carillon.module.chat;

import io.carillon.auth.Access;
import io.carillon.auth.ClientWord;
import io.carillon.auth.Refusal;
import io.carillon.database.Writer;
import io.carillon.identity.Principal;
import io.carillon.module.Refused;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/// Takes up what clients publish as `typing.start` and `typing.stop` on a conversation's channel,
/// from every transport: the same as by REST.
@Singleton
final class TypingWord implements ClientWord {
    private static final String CHANNEL = "chat:";
    private static final String START = "typing.start";
    private static final String STOP = "typing.stop";

    private final Receipts receipts;

    TypingWord(Receipts receipts) {
        this.receipts = receipts;
    }

    @Override
    public boolean takes(String channel, String type) {
        return channel.startsWith(CHANNEL) && (type.equals(START) || type.equals(STOP));
    }

    @Override
    public Access say(Principal who, String channel, String type, @Nullable String data) {
        try {
            receipts.typing(
                    who,
                    Writer.of(who),
                    ConversationController.number(channel.substring(CHANNEL.length())),
                    type.equals(START));
            return new Access.Allowed();
        } catch (Refused no) {
            return new Access.Forbidden(Refusal.CHANNEL_FORBIDDEN, String.valueOf(no.getMessage()));
        }
    }
}
