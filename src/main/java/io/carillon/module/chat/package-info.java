/// Chat: conversations, their members, messages with receipts, typing.
///
/// **Way in.** `/api/conversations`; SQL on the tables; [TypingEnds] by the clock.
///
/// **Way out.** Channel `chat:<conversation>`, for its members: `message.*`, `conversation.*`,
/// `member.*`, `receipt.*`, `message.status`, and outside of the log `typing.start|stop`; presence
/// is on. Channel `conversations:<user>`: `inbox.*`, how each conversation stands in the user's own
/// list, unread count included, so all devices show the same.
///
/// **Decision.** A conversation's row is its queue: whoever writes a message or moves a receipt
/// holds it first. So positions are 1, 2, 3 … in the order of commits (a page, a read mark and a
/// count never have a hole that fills up later), of two members who finish reading at once the
/// second knows that it is the last, and a send that is tried again finds the first. The price:
/// writes to one conversation wait for each other, not those to two. Receipts are one row per
/// member, not per message; a message's status is computed from them. Unread counts are kept with
/// each message, one row and one event per member, which is why a conversation has at most
/// `carillon.chat.members`. The road not taken: positions from a clock or a sequence, where a
/// message that commits late lies below what others have read already. Receipts have a table of
/// their own: a change of `member` makes every node check subscriptions again, and they change with
/// every message.
///
/// **Tables owned.** `carillon_app.conversation`, `member`, `receipt`, `message`, `typing`.
@NullMarked
package io.carillon.module.chat;

import org.jspecify.annotations.NullMarked;
