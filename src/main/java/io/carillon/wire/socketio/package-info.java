/// What Socket.IO's bytes say, revision 5 of its protocol: packets, their JSON, and under which
/// name and in which shape an event of ours appears there. `src/docs/socketio.md` is the page for
/// users.
///
/// Way in: [io.carillon.wire.socketio.PacketDecoder], one per client, makes a
/// [io.carillon.wire.socketio.Packet] of a text and the binary attachments behind it, or a coded
/// refusal; [io.carillon.wire.socketio.ClientEvents] says what a client's event asks for. Way out:
/// [io.carillon.wire.socketio.SocketIoFormat] for events, [io.carillon.wire.socketio.PacketEncoder]
/// for everything else.
///
/// Decision: arguments stay the JSON text that they are; nothing is parsed into objects and written
/// again. Every event ends with the position of whoever has received it, because the stock client
/// comes back with the last trailing string that it saw, whatever that was.
///
/// Owns no tables.
@NullMarked
package io.carillon.wire.socketio;

import org.jspecify.annotations.NullMarked;
