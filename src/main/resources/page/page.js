// The first page: notes of a made-up company, live. `Live` follows one channel by WebSocket, or by polling while that does
// not work; below it, what is seen. No framework, no build: what is written here is what runs.

const CHANNEL = 'notes';
const $ = (id) => document.getElementById(id);
const now = () => performance.timeOrigin + performance.now();
const pause = (ms, signal) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  signal?.addEventListener('abort', () => { clearTimeout(timer); done(); });
});

// ---------------------------------------------------------------- follow

const ATTEMPTS = 10; // then "connection lost"; attempts go on
const SLOWEST = 30_000; // ms between attempts
const QUIET = 45_000; // ms without a sound: the connection counts as dead
const PING = 20_000; // ms between our own sounds
const ANSWER = 8_000; // ms for a connection to be made and answered
const STARTING = 2_500; // ms of connecting after which polling helps out
const backoff = (n) => Math.min(SLOWEST, 1000 * 2 ** (n - 1)) * (0.75 + Math.random() / 2);

/// One cursor belongs to the page. Whoever brings events, WebSocket or poll, carries it on; never both at a time.
class Live {
  cursor = null;
  attempts = 0; // failed in a row
  polling = null; // AbortController of the polling loop
  polls = false; // whether the last poll succeeded
  timers = {};

  /// hooks: token(fresh) → text; read() → cursor; events(message, via); state(name, detail); frame(direction, via, text)
  constructor(hooks) {
    this.hooks = hooks;
    this.wake = () => { if (!this.ended && this.due) this.attempt(); };
    this.shown = () => { if (document.visibilityState === 'visible') this.wake(); };
    addEventListener('online', this.wake);
    addEventListener('offline', this.tell = () => this.show());
    document.addEventListener('visibilitychange', this.shown);
    this.attempt();
  }

  end() {
    this.ended = true;
    removeEventListener('online', this.wake);
    removeEventListener('offline', this.tell);
    document.removeEventListener('visibilitychange', this.shown);
    this.stopPolling();
    this.drop();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
  }

  later(name, ms, work) {
    clearTimeout(this.timers[name]);
    if (ms !== undefined) this.timers[name] = setTimeout(work, ms);
  }

  async attempt() {
    this.later('attempt');
    this.due = null;
    this.stopped = null;
    this.drop();
    this.trying = true;
    this.show();
    const mine = this.round = {};
    this.later('helpOut', STARTING, () => this.poll());
    this.later('answer', ANSWER, () => this.failed(mine));
    try {
      const token = await this.hooks.token(this.refused);
      this.cursor ??= await this.hooks.read();
      if (this.ended || this.round !== mine) return;
      const address = new URL('/realtime', location.href);
      address.protocol = address.protocol.replace('http', 'ws');
      const socket = this.socket = new WebSocket(address);
      socket.onopen = () => this.opened(socket, token);
      socket.onmessage = (message) => this.heard(JSON.parse(message.data), message.data);
      socket.onclose = (close) => this.closed(close, mine);
    } catch {
      this.failed(mine);
    }
  }

  opened(socket, token) {
    this.stopPolling(); // before the cursor is told: what a poll brings after this is thrown away
    this.id = 0;
    this.send({ command: 'connect', token });
    this.send({ command: 'subscribe', channels: [CHANNEL], cursor: this.cursor });
    this.later('ping', PING, () => this.ping());
  }

  send(command) {
    const text = JSON.stringify({ id: ++this.id, ...command });
    this.socket.send(text);
    this.hooks.frame('out', 'ws', command.token ? text.replace(command.token, '…') : text);
    return this.id;
  }

  ping() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.send({ command: 'ping' });
    this.later('ping', PING, () => this.ping());
  }

  heard(message, text) {
    this.hooks.frame('in', 'ws', text);
    const mine = this.round;
    this.later('quiet', QUIET, () => this.failed(mine));
    if ('reply' in message) this.answered(message);
    else this.pushed(message, 'ws');
  }

  answered({ reply, ok, error, cursor, expiresAt }) {
    if (cursor) this.cursor = cursor;
    if (expiresAt) {
      this.refused = false;
      this.later('refresh', Math.max(5_000, Date.parse(expiresAt) - Date.now() - 300_000), async () => {
        const token = await this.hooks.token(true).catch(() => null);
        if (token && this.socket?.readyState === WebSocket.OPEN) this.send({ command: 'refresh', token });
      });
    } else if (ok && cursor && this.trying) {
      this.later('answer');
      this.later('helpOut');
      this.trying = false;
      this.attempts = 0;
      this.show();
    } else if (error?.code === 'reset') this.again();
    else if (error?.code === 'unauthenticated') this.refused = true;
    else if (error?.code === 'forbidden') this.stop(error.message);
    else if (error && reply > 1) this.failed(this.round);
  }

  pushed(message, via) {
    switch (message.push) {
      case 'events':
        this.hooks.events(message, via);
        this.cursor = message.cursor;
        break;
      case 'ping': this.cursor = message.cursor ?? this.cursor; break;
      case 'reset': return this.again();
      case 'ended': this.stop('This user may not follow the notes any longer.'); break;
      case 'drain': this.drain = message.reconnectIn ?? 1000; break;
    }
  }

  /// What was missed cannot be told: read again, follow from there.
  async again() {
    const mine = this.round;
    try {
      this.cursor = null;
      const cursor = await this.hooks.read();
      if (this.ended || this.round !== mine) return;
      this.cursor = cursor;
      if (this.socket?.readyState === WebSocket.OPEN) this.send({ command: 'subscribe', channels: [CHANNEL], cursor });
    } catch {
      if (!this.polling) this.failed(mine);
    }
  }

  closed(close, mine) {
    if (this.round !== mine || this.ended) return;
    this.hooks.frame('in', 'ws', JSON.stringify({ closed: close.code, reason: close.reason }));
    this.refused ||= close.code === 4103 || close.code === 4003;
    if (close.code >= 4100 && close.code < 4200 && close.code !== 4103) this.stop(`The node closed: ${close.reason}.`);
    else this.failed(mine);
  }

  failed(mine) {
    if (this.round !== mine || this.ended) return;
    const wasTrying = this.trying;
    this.drop();
    this.attempts = wasTrying ? this.attempts + 1 : 0;
    const wait = this.drain ?? (this.attempts >= ATTEMPTS ? SLOWEST : backoff(this.attempts + 1));
    this.drain = null;
    this.due = now() + wait;
    this.later('attempt', wait, () => this.attempt());
    if (wasTrying) this.poll();
    this.show();
  }

  stop(reason) {
    this.drop();
    this.stopPolling();
    this.later('attempt');
    this.due = null;
    this.stopped = reason;
    this.show();
  }

  /// Lets go of the connection, if there is one; nothing that it still says is heard.
  drop() {
    for (const name of ['answer', 'helpOut', 'quiet', 'ping', 'refresh']) this.later(name);
    this.round = null;
    this.trying = false;
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  stopPolling() {
    this.polling?.abort();
    this.polling = null;
    this.polls = false;
  }

  async poll() {
    if (this.polling || this.ended) return;
    const loop = this.polling = new AbortController();
    for (let failures = 0; !loop.signal.aborted;) {
      try {
        await this.pollOnce(loop.signal);
        failures = 0;
      } catch {
        if (loop.signal.aborted) return;
        this.polls = false;
        this.show();
        await pause(backoff(Math.min(++failures, 4)), loop.signal);
      }
    }
  }

  async pollOnce(signal) {
    const token = await this.hooks.token(this.refused);
    const cursor = this.cursor ?? await this.hooks.read();
    if (signal.aborted) return;
    this.cursor = cursor;
    const query = new URLSearchParams({ channels: CHANNEL, cursor, wait: this.polls ? 20 : 0 });
    const answer = await fetch(`/events?${query}`, {
      headers: { Accept: 'application/json', Authorization: `Bearer ${token}` }, signal, cache: 'no-store',
    });
    const text = await answer.text();
    if (signal.aborted) return;
    this.hooks.frame('in', 'poll', text);
    this.refused = answer.status === 401;
    if (answer.status === 410) return void (this.cursor = null);
    if (!answer.ok) throw new Error(`poll: ${answer.status}`);
    const body = JSON.parse(text);
    this.cursor = body.cursor;
    const resets = body.messages.some((message) => message.push === 'reset');
    for (const message of body.messages) if (message.push !== 'reset') this.pushed(message, 'poll');
    this.cursor = resets ? null : body.cursor; // null: the next round reads again
    if (!this.polls) {
      this.polls = true;
      this.show();
    }
  }

  show() {
    if (this.ended) return;
    const { attempts, due } = this;
    const connected = this.socket?.readyState === WebSocket.OPEN && !this.trying;
    const name = this.stopped ? 'stopped'
      : connected ? 'connected'
      : this.polls ? 'polling'
      : navigator.onLine === false ? 'offline'
      : attempts >= ATTEMPTS ? 'lost'
      : attempts || due ? 'reconnecting'
      : 'connecting';
    this.hooks.state(name, { attempt: Math.min(attempts + 1, ATTEMPTS), due, reason: this.stopped });
  }
}

// ---------------------------------------------------------------- who

let live, user, users, token;
const params = new URLSearchParams(location.search);

async function json(path, options = {}) {
  const { body, ...rest } = options;
  const answer = await fetch(path, {
    cache: 'no-store', ...rest, body: body && JSON.stringify(body),
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...options.headers },
  });
  const value = answer.status === 204 ? null : await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(value.detail ?? `The node answered ${answer.status}.`), value);
  return { value, answer };
}

async function tokenOf(fresh) {
  if (fresh || !token || token.user !== user.user || token.until < Date.now() + 60_000) {
    const { value } = await json('/api/demo/token', { method: 'POST', body: { user: user.user } });
    token = { text: value.token, user: user.user, until: Date.parse(value.expiresAt) };
  }
  return token.text;
}

const asUser = async () => ({ Authorization: `Bearer ${await tokenOf()}` });
const company = (tenant) => tenant[0].toUpperCase() + tenant.slice(1);

function become(wanted) {
  user = users.find((one) => one.user === wanted) ?? users[0];
  history.replaceState(null, '', `?user=${user.user}`);
  live?.end();
  clear();
  $('who').value = user.user;
  $('title').textContent = `${company(user.tenant)}’s notes`;
  document.title = `${user.name} at ${company(user.tenant)} · Carillon`;
  const link = (id, other) => {
    $(id).textContent = `${other.name} at ${company(other.tenant)}`;
    $(id).href = `?user=${other.user}`;
  };
  link('colleague', users.find((one) => one.tenant === user.tenant && one !== user));
  link('stranger', users.find((one) => one.tenant !== user.tenant));
  const insert = `insert into demo.note (tenant_id, text)\nvalues ('${user.tenant}', 'Hello from SQL');`;
  $('sql').textContent = insert;
  $('psql').textContent = `${$('psql').dataset.line} -c "${insert.replace('\n', ' ')}"`;
  live = new Live({ token: tokenOf, read, events: arrived, state: showState, frame: showFrame });
}

// ---------------------------------------------------------------- notes

const rows = new Map(); // id → { note, item }
const clicks = new Map(); // ref → when it was pressed
let announced = 0;

function clear() {
  rows.clear();
  clicks.clear();
  $('rows').replaceChildren();
  $('count').textContent = '–';
}

/// One snapshot of the table and the cursor that belongs to it.
async function read() {
  const mine = user;
  const { value, answer } = await json('/api/demo/notes', { headers: await asUser() });
  if (mine !== user) throw new Error('somebody else by now');
  showFrame('in', 'http', JSON.stringify({ notes: value.notes.length, cursor: answer.headers.get('Carillon-Cursor') }));
  const ids = new Set(value.notes.map((note) => note.id));
  for (const id of [...rows.keys()]) if (!ids.has(id)) remove(id);
  for (const note of value.notes) put(note);
  counted();
  complain(null);
  return answer.headers.get('Carillon-Cursor');
}

function arrived({ events }, via) {
  for (const event of events) {
    const id = event.data?.key?.id;
    const age = Math.max(0, now() + clock.ahead - precise(event.at));
    const pressed = clicks.get(event.ref);
    clicks.delete(event.ref);
    const click = pressed && performance.now() - pressed;
    if (event.type === 'note.deleted') remove(id);
    else if (event.data.truncated) live.again();
    else put(event.data.row, { kind: event.type === 'note.created' ? 'arrive' : 'change', age, click });
    measured(age, click);
    tell(event);
  }
  counted();
  const bell = $('bell');
  bell.classList.remove('ring');
  void bell.getBoundingClientRect(); // so that the next animation begins anew
  bell.classList.add('ring');
}

function tell({ type, data }) {
  if (now() - announced < 1500) return; // a burst is not read out
  announced = now();
  $('said').textContent = type === 'note.deleted' ? 'A note is gone.' : `${data.row?.author ?? 'Somebody'}: ${data.row?.text ?? ''}`;
}

function counted() {
  $('count').textContent = rows.size;
  $('empty').hidden = rows.size > 0;
}

const older = (one, other) => one.length - other.length || (one < other ? -1 : 1); // bigints as text

function put(note, news) {
  let row = rows.get(note.id);
  if (!row) {
    rows.set(note.id, row = { note, item: element(note.id) });
    const below = [...$('rows').children].find((item) => older(item.dataset.id, note.id) < 0);
    $('rows').insertBefore(row.item, below ?? null);
  }
  row.note = note;
  const { item } = row;
  item.classList.toggle('done', note.done);
  item.querySelector('.text').textContent = note.text;
  const box = item.querySelector('[type=checkbox]');
  box.checked = note.done;
  box.setAttribute('aria-label', `Done: ${note.text}`);
  item.querySelector('.edit').setAttribute('aria-label', `Edit: ${note.text}`);
  item.querySelector('.delete').setAttribute('aria-label', `Delete: ${note.text}`);
  const meta = item.querySelector('.meta');
  meta.textContent = `${note.author} · ${new Date(note.updated_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })}`;
  if (news) {
    const took = document.createElement('b');
    took.textContent = news.click ? `${span(news.click)} after your click` : news.age > 3000 ? `caught up, ${span(news.age)} old` : `${span(news.age)} after it was written`;
    meta.append(' · ', took);
    item.classList.remove('arrive', 'change');
    void item.offsetWidth;
    item.classList.add(news.kind);
  }
}

function remove(id) {
  const row = rows.get(id);
  if (!row) return;
  rows.delete(id);
  const { item } = row;
  const next = item.nextElementSibling?.querySelector('.delete') ?? $('text');
  if (item.contains(document.activeElement)) next.focus();
  item.classList.add('leave');
  item.inert = true;
  setTimeout(() => item.remove(), matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 280);
}

const ROW = document.createElement('template');
ROW.innerHTML = `<li><input type="checkbox"><div><div class="text"></div><div class="meta"></div></div><div class="tools">
  <button type="button" class="edit" title="Edit"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M12.5 4.5l3 3M4 16l.8-3.5L14 3.3a1.4 1.4 0 0 1 2 0l.7.7a1.4 1.4 0 0 1 0 2L7.5 15.2z"/></svg></button>
  <button type="button" class="delete" title="Delete"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M4 5.5h12M8 5.5v-2h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5"/></svg></button></div></li>`;

function element(id) {
  const item = ROW.content.firstElementChild.cloneNode(true);
  item.dataset.id = id;
  const box = item.querySelector('[type=checkbox]');
  box.onchange = () => write('PATCH', id, { done: box.checked }).catch(() => { box.checked = !box.checked; });
  item.querySelector('.delete').onclick = () => write('DELETE', id).catch(() => {});
  item.querySelector('.edit').onclick = () => edit(item, id);
  return item;
}

function edit(item, id) {
  const view = [...item.children];
  const form = document.createElement('form');
  form.innerHTML = '<input aria-label="The note’s text" maxlength="500" required><button class="primary">Save</button><button type="button">Cancel</button>';
  const [input, , cancel] = form.children;
  input.value = rows.get(id).note.text;
  const close = () => {
    form.remove();
    for (const part of view) part.hidden = false;
    item.querySelector('.edit').focus();
  };
  cancel.onclick = close;
  form.onkeydown = (key) => { if (key.key === 'Escape') close(); };
  form.onsubmit = (event) => {
    event.preventDefault();
    write('PATCH', id, { text: input.value }).then(close, () => input.focus());
  };
  for (const part of view) part.hidden = true;
  item.append(form);
  input.select();
}

/// Writes by REST. The screen changes when the event comes, not before: that is what is shown here.
async function write(method, id, body) {
  const ref = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  try {
    const headers = { ...await asUser(), 'Carillon-Ref': ref };
    clicks.set(ref, performance.now());
    await json(id ? `/api/demo/notes/${id}` : '/api/demo/notes', { method, body, headers });
    complain(null);
  } catch (failed) {
    clicks.delete(ref);
    complain(failed instanceof TypeError ? 'The node cannot be reached; nothing was written.' : failed.message);
    throw failed;
  }
}

function complain(text) {
  $('alert').hidden = !text;
  $('alert').textContent = text ?? '';
}

// ---------------------------------------------------------------- times

const clock = { ahead: 0, doubt: Infinity }; // the database's clock against ours, ms
const ages = [];

/// Milliseconds with their fraction: Postgres tells microseconds, Date drops them.
function precise(iso) {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '0';
  return Date.parse(iso.replace(/\.\d+/, '')) + Number(`0.${fraction}`) * 1000;
}

async function setClock() {
  clock.doubt = Infinity;
  for (let turn = 0; turn < 7; turn++) {
    const before = now();
    const { value } = await json('/api/demo/clock');
    const after = now();
    const doubt = (after - before) / 2;
    if (doubt < clock.doubt) Object.assign(clock, { doubt, ahead: precise(value.now) - (before + after) / 2 });
  }
  $('clock').textContent = `“Written” is the event’s own time, by the database’s clock; ours is compared with it to ± ${span(clock.doubt)}.`;
}

const span = (ms) => ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms`
  : ms < 90_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;

function measured(age, click) {
  if (click) $('click').textContent = span(click);
  $('age').textContent = span(age);
  ages.push(age);
  if (ages.length > 40) ages.shift();
  const sorted = ages.slice(-20).sort((one, other) => one - other);
  $('median').textContent = span(sorted[sorted.length >> 1]);
  $('of').textContent = sorted.length;
  const tallest = Math.log1p(Math.max(20, ...ages));
  $('bars').replaceChildren(...ages.map((one) => {
    const bar = document.createElement('i');
    bar.style.height = `${(100 * Math.log1p(one)) / tallest}%`;
    return bar;
  }));
}

// ---------------------------------------------------------------- state and wire

let shownState = {};
const SAYS = {
  connected: () => 'Connected',
  connecting: () => 'Connecting…',
  reconnecting: ({ attempt, left }) => `Reconnecting ${attempt} of ${ATTEMPTS}${left ? `, next in ${left} s` : '…'}`,
  polling: ({ left }) => `Polling${left ? `, WebSocket again in ${left} s` : ', trying WebSocket…'}`,
  offline: ({ left }) => `Offline${left ? `, next try in ${left} s` : ', trying…'}`,
  lost: ({ left }) => `Connection lost${left ? `, next try in ${left} s` : ', trying…'}`,
  stopped: ({ reason }) => `Stopped. ${reason}`,
};
const SPOKEN = { connected: 'Connected.', connecting: '', reconnecting: 'Connection interrupted, reconnecting.',
  polling: 'Following by polling.', offline: 'Offline.', lost: 'Connection lost.', stopped: 'Stopped.' };

function showState(name, detail) {
  if (name !== shownState.name) {
    if (SPOKEN[name]) $('said').textContent = SPOKEN[name];
    if (name === 'connected') {
      complain(null);
      setClock().catch(() => {});
    }
  }
  shownState = { name, ...detail };
  drawState();
}

function drawState() {
  const { name, due } = shownState;
  if (!name) return;
  $('state').dataset.state = name;
  $('state-text').textContent = SAYS[name]({ ...shownState, left: due ? Math.max(1, Math.ceil((due - now()) / 1000)) : 0 });
  $('retry').hidden = !due && name !== 'stopped';
}

/// A message in a few words; the whole of it is one click away.
function gist(message) {
  if (message.messages) return message.messages.map(gist).join('; ') || 'nothing new';
  if (message.events) return message.events.map(({ type, data }) => `${type} ${data?.key?.id ?? ''}`).join(', ');
  if (message.command) return [message.command, ...message.channels ?? [], message.cursor && `from ${message.cursor}`].filter(Boolean).join(' ');
  if (message.reply) return `answer to ${message.reply}: ${message.ok ? `ok${message.cursor ? `, at ${message.cursor}` : ''}` : message.error.code}`;
  if (message.push) return [message.push, message.reason].filter(Boolean).join(': ');
  if ('closed' in message) return `closed, ${message.closed} ${message.reason}`;
  if (message.notes !== undefined) return `read ${message.notes} notes, at ${message.cursor}`;
  return message.code ?? message.detail ?? '';
}

const MOST_FRAMES = 60;
let heardBytes = 0;

function showFrame(direction, via, text) {
  if (direction === 'in') heardBytes += text.length;
  $('bytes').textContent = `${(heardBytes / 1024).toFixed(1)} KB received.`;
  const line = document.createElement('li');
  line.className = direction;
  line.innerHTML = '<details><summary><span></span><span></span><span></span><span></span></summary></details>';
  const cells = line.querySelectorAll('span');
  cells[0].textContent = new Date().toISOString().slice(11, 23);
  cells[1].textContent = `${direction === 'in' ? '↓' : '↑'} ${via}`;
  cells[2].textContent = gist(JSON.parse(text));
  cells[3].textContent = `${text.length} B`;
  line.firstChild.addEventListener('toggle', (event) => {
    if (!event.target.open || event.target.querySelector('pre')) return;
    const whole = document.createElement('pre');
    try { whole.textContent = JSON.stringify(JSON.parse(text), null, 2); } catch { whole.textContent = text; }
    event.target.append(whole);
  });
  $('frames').prepend(line);
  while ($('frames').children.length > MOST_FRAMES) $('frames').lastChild.remove();
}

// ---------------------------------------------------------------- start

setInterval(drawState, 250);
$('retry').onclick = () => live.attempt();
$('who').onchange = () => become($('who').value);
$('add').onsubmit = (event) => {
  event.preventDefault();
  const text = $('text').value;
  $('text').value = '';
  write('POST', null, { text }).catch(() => { $('text').value ||= text; });
};
for (const button of document.querySelectorAll('[data-copy]')) {
  button.onclick = async () => {
    const code = $(button.dataset.copy);
    getSelection().selectAllChildren(code);
    const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
    button.textContent = copied ? 'Copied' : 'Selected';
    setTimeout(() => { button.textContent = 'Copy'; }, 1600);
  };
}

async function begin() {
  for (let failures = 1; ; failures++) {
    try {
      const [{ value: stage }, { value: everybody }] = await Promise.all([json('/api/demo/stage'), json('/api/demo/users')]);
      users = everybody;
      $('who').replaceChildren(...users.map((one) => new Option(`${one.name} · ${company(one.tenant)}`, one.user)));
      $('who').disabled = false;
      $('psql').dataset.line = stage.psql ?? '';
      $('psql-part').hidden = !stage.psql;
      if (!stage.notes) {
        showState('stopped', { reason: 'No demo table.' });
        $('retry').hidden = true;
        return complain('This database has no table demo.note; the node’s log says in one line how to have it.');
      }
      return become(params.get('user'));
    } catch {
      const wait = backoff(failures);
      showState('reconnecting', { attempt: Math.min(failures, ATTEMPTS), due: now() + wait });
      await pause(wait);
    }
  }
}
begin();
