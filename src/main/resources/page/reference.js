// Shows an OpenAPI or AsyncAPI document for people. No dependencies; text only ever goes in as text.
'use strict';

const content = document.getElementById('content');
const contents = document.getElementById('contents');

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const anchor = (text) => text.replace(/[^A-Za-z0-9]+/g, '-');

function resolve(root, schema) {
  if (!schema?.$ref) return schema ?? {};
  return schema.$ref.slice(2).split('/').reduce((node, step) => node?.[step.replace(/~1/g, '/')], root) ?? {};
}

function typeName(root, schema) {
  if (!schema) return 'anything';
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.oneOf && !schema.type) return schema.oneOf.map((one) => typeName(root, one)).join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => typeName(root, one)).join(' & ');
  if (schema.type === 'array') return `list of ${typeName(root, schema.items)}`;
  const type = [schema.type ?? 'anything'].flat().join(' | ');
  return schema.format ? `${type}, ${schema.format}` : type;
}

function bounds(schema) {
  const told = [];
  for (const name of ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'pattern']) {
    if (schema?.[name] !== undefined) told.push(`${name} ${schema[name]}`);
  }
  return told.join(', ');
}

function members(root, given, prefix = '', depth = 0) {
  const schema = resolve(root, given);
  const rows = [];
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const needed = schema.required?.includes(name) ? '' : '?';
    const whole = resolve(root, member);
    rows.push(make('tr', {}, make('td', {}, prefix + name + needed), make('td', {}, typeName(root, member)),
      make('td', {}, [whole.description, bounds(whole)].filter(Boolean).join(' · '))));
    if (depth < 2 && whole.properties) rows.push(...members(root, member, `${prefix}${name}.`, depth + 1));
  }
  return rows;
}

function schemaTable(root, schema) {
  const rows = members(root, schema);
  return rows.length === 0 ? make('p', {}, make('code', {}, typeName(root, schema))) : make('table', {}, ...rows);
}

const example = (value) => make('pre', {}, typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function section(title, about) {
  contents.append(make('strong', {}, title));
  const node = make('section', {}, make('h2', { id: anchor(title) }, title), about ? make('p', {}, about) : null);
  content.append(node);
  return node;
}

function entry(where, title, words, ...children) {
  const id = anchor(title);
  const link = make('a', { href: `#${id}` }, title);
  contents.append(link);
  const node = make('article', { id }, ...children);
  node.dataset.words = `${title} ${words}`.toLowerCase();
  node.link = link;
  where.append(node);
}

function messageEntry(root, where, message, channels) {
  const names = message['x-socketio'] ?? [];
  const words = `${message.summary} ${channels.join(' ')} ${names.map((one) => one.name).join(' ')}`;
  entry(where, message.name, words,
    make('h3', {}, message.name),
    make('p', {}, message.summary ?? ''),
    make('p', { class: 'tags' }, `channel ${channels.join(', ')} · version ${message['x-version'] ?? 1}`
      + (message['x-ephemeral'] ? ' · ephemeral: no history, may be dropped' : '')
      + (message['x-table'] ? ` · rows of ${message['x-table']}` : '')),
    schemaTable(root, message.payload),
    message.examples ? example(message.examples[0].payload) : null,
    names.length ? make('table', {}, ...names.map((one) => make('tr', {}, make('td', {}, one.name),
      make('td', {}, `Socket.IO, document ${one.document}`),
      make('td', {}, make('code', {}, one.args.map((arg) => JSON.stringify(arg)).join(', ')))))) : null);
}

function showAsync(root) {
  const modules = new Map();
  for (const [name, channel] of Object.entries(root.channels)) {
    const module = channel['x-module'] ?? name;
    if (!modules.has(module)) modules.set(module, { channels: [], messages: new Map() });
    const known = modules.get(module);
    known.channels.push(channel);
    for (const reference of Object.values(channel.messages)) {
      const message = resolve(root, reference);
      if (!known.messages.has(message)) known.messages.set(message, []);
      known.messages.get(message).push(channel.address);
    }
  }
  for (const [module, known] of modules) {
    const where = section(module);
    where.append(make('table', {}, ...known.channels.map((channel) => make('tr', {},
      make('td', {}, channel.address), make('td', {}, channel.description ?? '')))));
    for (const [message, channels] of known.messages) messageEntry(root, where, message, channels);
  }
}

function operationEntry(root, where, path, verb, operation) {
  const body = operation.requestBody?.content?.['application/json'];
  const title = `${verb.toUpperCase()} ${path}`;
  const schema = body?.schema;
  entry(where, title, operation.summary ?? operation.description ?? '',
    make('h3', {}, make('span', { class: 'verb' }, verb.toUpperCase()), ` ${path}`),
    make('p', {}, operation.summary ?? operation.description ?? ''),
    operation.parameters?.length ? make('table', {}, ...operation.parameters.map((one) => make('tr', {},
      make('td', {}, one.name + (one.required ? '' : '?')), make('td', {}, `${one.in}, ${typeName(root, one.schema)}`),
      make('td', {}, [one.description, bounds(one.schema)].filter(Boolean).join(' · '))))) : null,
    body ? make('p', { class: 'tags' }, 'Body') : null,
    body ? schemaTable(root, schema) : null,
    body && resolve(root, schema).example ? example(resolve(root, schema).example) : null,
    ...Object.entries(operation.responses ?? {}).flatMap(([status, answer]) => {
      const told = Object.values(answer.content ?? {})[0]?.schema;
      return [make('p', { class: 'tags' }, `Answer ${status}: ${answer.description ?? ''} ${told ? typeName(root, told) : ''}`),
        told && status.startsWith('2') ? schemaTable(root, told) : null];
    }));
}

function showOpen(root) {
  const tags = new Map();
  for (const [path, verbs] of Object.entries(root.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const tag = operation.tags?.[0] ?? 'other';
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push([path, verb, operation]);
    }
  }
  for (const [tag, operations] of [...tags].sort()) {
    const where = section(tag);
    for (const [path, verb, operation] of operations) operationEntry(root, where, path, verb, operation);
  }
}

document.getElementById('find').addEventListener('input', (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const node of document.querySelectorAll('article')) {
    node.hidden = !node.dataset.words.includes(wanted);
    node.link.hidden = node.hidden;
  }
});

async function show() {
  const answer = await fetch(document.body.dataset.document);
  if (!answer.ok) throw new Error(`the document could not be read: ${answer.status}`);
  const root = await answer.json();
  document.getElementById('about').textContent = root.info?.description ?? '';
  content.replaceChildren();
  (root.asyncapi ? showAsync : showOpen)(root);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

show().catch((failed) => content.replaceChildren(make('p', {}, failed.message)));
