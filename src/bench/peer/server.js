// The peer that Carillon is measured against: Socket.IO 4 as its documentation sets it up, with
// nothing left out and nothing added, and the same library's plain WebSockets at /raw.
//
// Environment: PORT (clients), CONTROL (the load generator's line protocol), DATABASE (a Postgres
// URL; with it the server listens on channel `live`), ADAPTER=postgres (the Postgres adapter).
// Ends when its standard input ends, so that it never outlives the load generator.
import { createServer } from "node:http";
import net from "node:net";
import { createAdapter } from "@socket.io/postgres-adapter";
import pg from "pg";
import { Server } from "socket.io";
import { WebSocketServer } from "ws";

const host = "127.0.0.1";
const http = createServer((_, response) => response.end("peer"));
const io = new Server(http, { transports: ["websocket"], serveClient: false, destroyUpgrade: false });
io.on("connection", (socket) => {
  socket.join(socket.handshake.auth.room);
});

const raw = new WebSocketServer({ noServer: true, perMessageDeflate: false });
http.on("upgrade", (request, socket, head) => {
  if (request.url.startsWith("/raw")) {
    raw.handleUpgrade(request, socket, head, (_) => {});
  }
});

const pad = new Map();
function event(n, bytes) {
  if (!pad.has(bytes)) {
    pad.set(bytes, "x".repeat(bytes));
  }
  return { n, p: pad.get(bytes) };
}

/** Events number `from` to `from + count - 1`, dealt to the rooms in turn. */
function spread({ from, count, rooms, bytes }) {
  for (let k = from; k < from + count; k++) {
    io.to(`t${k % rooms}`).emit("e", event(Math.floor(k / rooms), bytes));
  }
}

function broadcast({ from, count, bytes }) {
  for (let k = from; k < from + count; k++) {
    const text = JSON.stringify(["e", event(k, bytes)]);
    for (const client of raw.clients) {
      client.send(text);
    }
  }
}

function memory(reply) {
  for (let i = 0; i < 3; i++) {
    global.gc?.();
  }
  setTimeout(() => {
    global.gc?.();
    reply(process.memoryUsage());
  }, 500);
}

net
  .createServer((socket) => {
    let rest = "";
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const command = JSON.parse(line);
        const reply = (answer) => socket.write(`${JSON.stringify(answer)}\n`);
        switch (command.command) {
          case "spread":
            spread(command);
            break;
          case "raw":
            broadcast(command);
            break;
          case "memory":
            memory(reply);
            break;
          case "count":
            reply({ clients: io.engine.clientsCount + raw.clients.size });
            break;
          default:
            throw new Error(`unknown command ${command.command}`);
        }
      }
    });
  })
  .listen(Number(process.env.CONTROL), host);

if (process.env.DATABASE) {
  if (process.env.ADAPTER === "postgres") {
    const pool = new pg.Pool({ connectionString: process.env.DATABASE, max: 4 });
    await pool.query(
      "create table if not exists socket_io_attachments (id bigserial unique, created_at timestamptz default now(), payload bytea)",
    );
    io.adapter(createAdapter(pool));
  }
  const client = new pg.Client({ connectionString: process.env.DATABASE });
  await client.connect();
  client.on("notification", ({ payload }) => {
    const { tenant, data } = JSON.parse(payload);
    io.to(tenant).emit("e", data);
  });
  await client.query("listen live");
}

http.listen(Number(process.env.PORT), host, 8192, () => console.log("ready"));
process.stdin.on("end", () => process.exit(0)).resume();
