// One stock client, told what to do by lines of JSON on standard input; what happens goes to standard output, a line each.
import { createInterface } from "node:readline";

const versions = { now: "socket.io-client", before: "socket.io-client-before" };
const binary = (value) => (value instanceof Uint8Array ? { bytes: [...value] } : value);
const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const sockets = new Map();
let manager;

const actions = {
  async open({ version = "now", url, options = {} }) {
    const { Manager } = await import(versions[version]);
    manager = new Manager(url, { reconnectionDelay: 50, reconnectionDelayMax: 500, ...options });
    manager.on("reconnect_attempt", (attempt) => tell({ what: "attempt", attempt }));
    manager.on("reconnect", (attempt) => tell({ what: "reconnect", attempt }));
    manager.on("error", (error) => tell({ what: "error", message: error.message }));
    tell({ what: "opened" });
  },
  enter({ namespace = "/", auth }) {
    const socket = manager.socket(namespace, { auth });
    sockets.set(namespace, socket);
    socket.on("connect", () =>
      tell({
        what: "connect",
        namespace,
        id: socket.id,
        recovered: socket.recovered === true,
        transport: socket.io.engine.transport.name,
      }),
    );
    socket.on("disconnect", (reason) => tell({ what: "disconnect", namespace, reason }));
    socket.on("connect_error", (error) =>
      tell({ what: "refused", namespace, message: error.message, data: error.data }),
    );
    socket.io.engine?.on("upgrade", (transport) => tell({ what: "upgrade", name: transport.name }));
    socket.onAny((name, ...args) => {
      if (typeof args.at(-1) === "function") {
        args.pop()(`answer to ${name}`, ...args);
      }
      tell({ what: "event", namespace, name, args: args.map(binary) });
    });
    socket.connect();
  },
  async emit({ namespace = "/", name, args = [], bytes, ack = true, timeout = 10_000 }) {
    const socket = sockets.get(namespace);
    const all = bytes ? [...args, Buffer.from(bytes)] : args;
    if (!ack) {
      socket.emit(name, ...all);
      return;
    }
    try {
      const answer = await new Promise((resolve, reject) =>
        socket.timeout(timeout).emit(name, ...all, (error, ...answers) =>
          error ? reject(error) : resolve(answers),
        ),
      );
      tell({ what: "ack", name, args: answer.map(binary) });
    } catch (error) {
      tell({ what: "no ack", name, message: error.message });
    }
  },
  transport() {
    tell({ what: "transport", name: manager.engine.transport.name });
  },
  // As if the network were gone: no close frame, no close packet.
  cut() {
    const { transport } = manager.engine;
    if (transport.ws) {
      transport.ws.terminate();
    } else {
      transport.onError("cut");
    }
  },
  // Cut, and it stays away until it is told to come back.
  away() {
    manager.reconnection(false);
    actions.cut();
  },
  back() {
    manager.reconnection(true);
    for (const socket of sockets.values()) {
      socket.connect();
    }
  },
  leave({ namespace = "/" }) {
    sockets.get(namespace).disconnect();
  },
  end() {
    process.exit(0);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: action, ...rest } = JSON.parse(line);
  await actions[action](rest);
}
process.exit(0);
