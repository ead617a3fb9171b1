// Made from src/main/resources/catalogue; do not edit.
// mvn test -Dtest=GeneratedTest -Ddocs=apply writes it.

export type Approval = {
  id: string;
  tenant_id: string;
  title: string;
  details: string;
  kind: string;
  status: 'pending' | 'approved' | 'rejected' | 'expired';
  requested_by: string;
  agent_id: string | null;
  decider_role: string | null;
  expires_at: string | null;
  decided_by: string | null;
  decided_at: string | null;
  comment: string | null;
  version: number;
  created_at: string;
  updated_at: string;
};

export type Agent = {
  id: string;
  tenant_id: string;
  name: string;
  kind: string;
  status: AgentStatus;
  silent_after: number;
  registered_by: string;
  version: number;
  created_at: string;
  updated_at: string;
};

export type AgentStatus = 'online' | 'busy' | 'idle' | 'error' | 'offline';

export type Notification = {
  id: string;
  tenant_id: string;
  audience: 'user' | 'role' | 'tenant';
  target: string | null;
  title: string;
  body: string;
  kind: string;
  link: string | null;
  created_by: string | null;
  created_at: string;
};

export type Conversation = {
  id: string;
  tenant_id: string;
  title: string;
  created_by: string;
  last_position: number;
  last_message_id: string | null;
  last_author: string | null;
  last_author_name: string | null;
  last_text: string | null;
  active_at: string;
  version: number;
  created_at: string;
  updated_at: string;
};

/** A conversation as it stands in one member's list. */
export type Inbox = {
  id: string;
  tenant_id: string;
  title: string;
  created_by: string;
  last_position: number;
  last_message_id: string | null;
  last_author: string | null;
  last_author_name: string | null;
  last_text: string | null;
  active_at: string;
  version: number;
  created_at: string;
  updated_at: string;
  role: 'owner' | 'member';
  delivered_position: number;
  read_position: number;
  unread: number;
};

export type Member = {
  tenant_id: string;
  conversation_id: string;
  user_id: string;
  user_name: string;
  role: 'owner' | 'member';
  joined_at: string;
};

/** How far a member has come. A message is read (delivered) when all members but its author have come so far. */
export type Receipt = {
  tenant_id: string;
  conversation_id: string;
  user_id: string;
  delivered_position: number;
  read_position: number;
};

export type Message = {
  id: string;
  tenant_id: string;
  conversation_id: string;
  position: number;
  author: string;
  author_name: string;
  text: string;
  status: MessageStatus;
  version: number;
  created_at: string;
  edited_at: string | null;
  deleted_at: string | null;
};

export type MessageStatus = 'sent' | 'delivered' | 'read';

export type MessageKey = { id: string };

export type Typing = {
  conversationId: string;
  userId: string;
  userName: string;
  expiresIn?: number;
};

export type Presence = {
  userId: string;
  userName?: string;
  status?: 'online' | 'away' | 'busy';
  [other: string]: unknown;
};

export type QueueService = {
  id: string;
  tenant_id: string;
  name: string;
  prefix: string;
  status: 'open' | 'closed';
  handling_seconds: number;
  version: number;
  created_at: string;
  updated_at: string;
};

export type QueueCounter = {
  id: string;
  tenant_id: string;
  name: string;
  service_ids: string[];
  operator: string | null;
  status: 'open' | 'closed';
  version: number;
  created_at: string;
  updated_at: string;
};

export type QueueTicket = {
  id: string;
  tenant_id: string;
  service_id: string;
  day: string;
  ticket_number: number;
  code: string;
  status: 'in_queue' | 'called' | 'in_progress' | 'completed' | 'no_show' | 'cancelled';
  priority: number;
  customer_name: string | null;
  counter_id: string | null;
  operator: string | null;
  calls: number;
  taken_by: string | null;
  queued_at: string;
  first_called_at: string | null;
  called_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  version: number;
  created_at: string;
  updated_at: string;
};

export type QueueScreen = {
  id: string;
  tenant_id: string;
  name: string;
  kind: 'totem' | 'display';
  status: 'waiting' | 'paired' | 'revoked';
  paired_by: string;
  version: number;
  created_at: string;
  updated_at: string;
};

export type QueueSetting = {
  tenant_id: string;
  public_screens: boolean;
  time_zone: string;
  version: number;
  created_at: string;
  updated_at: string;
};

export type QueueSnapshot = {
  services: {
    id: string;
    name: string;
    prefix: string;
    status: string;
    handling_seconds: number;
    waiting: number;
    counters: number;
    busy: number;
    wait_seconds: number;
    [other: string]: unknown;
  }[];
  counters: {
    id: string;
    name: string;
    status: string;
    service_ids: string[];
    operator: string | null;
    [other: string]: unknown;
  }[];
  waiting: {
    id: string;
    code: string;
    ticket_number: number;
    service_id: string;
    priority: number;
    position: number;
    wait_seconds: number;
    queued_at: string;
    customer_name: string | null;
    [other: string]: unknown;
  }[];
  serving: QueueCall[];
  recent: QueueCall[];
  updated_at: string;
  [other: string]: unknown;
};

export type QueueCall = {
  id: string;
  code: string;
  ticket_number: number;
  service_id: string;
  status: string;
  counter_id: string | null;
  counter: string | null;
  calls: number;
  called_at: string | null;
  customer_name: string | null;
  [other: string]: unknown;
};

export type AudioLevel = {
  left: number;
  right: number;
  peakLeft: number;
  peakRight: number;
  studio?: string;
  at?: string;
  [other: string]: unknown;
};

export type StudioEvent = {
  id: string;
  type: 'silence' | 'clipping' | 'session.started' | 'session.stopped' | 'track.change' | 'audio.level';
  studio: string;
  at: string;
  details: {
    state?: 'began' | 'ended';
    since?: string;
    until?: string;
    seconds?: number;
    level?: number;
    from?: number;
    samples?: number;
    session?: string;
    title?: string;
    artist?: string | null;
    cause?: 'manual' | 'stream';
    [other: string]: unknown;
  };
  [other: string]: unknown;
};

export type StudioStatus = {
  studio?: string;
  streaming: boolean;
  listeners: number;
  session: {
    id: string;
    title: string;
    cause?: 'manual' | 'stream';
    startedAt?: string;
    [other: string]: unknown;
  } | null;
  audioLevel: AudioLevel | null;
  track?: {
    title: string;
    artist?: string | null;
    at?: string;
    [other: string]: unknown;
  } | null;
  silenceSince?: string | null;
  clippingSince?: string | null;
  sampledUntil?: string | null;
  [other: string]: unknown;
};

export type Studio = {
  id: string;
  tenant_id: string;
  name: string;
  created_by: string;
  version: number;
  created_at: string;
  updated_at: string;
};

export type StudioSetting = {
  tenant_id: string;
  silence_below: number;
  silence_hysteresis: number;
  silence_after_ms: number;
  silence_back_ms: number;
  clip_samples: number;
  clip_after_ms: number;
  clip_back_ms: number;
  level_change: number;
  level_after_ms: number;
  probe_timeout_ms: number;
  auto_session: boolean;
  version: number;
  created_at: string;
  updated_at: string;
};

export type StudioSession = {
  id: string;
  tenant_id: string;
  studio_id: string;
  title: string;
  cause: 'manual' | 'stream';
  started_by: string | null;
  started_at: string;
  stopped_by: string | null;
  stopped_at: string | null;
  version: number;
  created_at: string;
  updated_at: string;
};

/** The payload of each event type. */
export interface CarillonEvents {
  /** Somebody asks for approval. */
  'approval.created': { key: { id: string }; row: Approval } | { key: { id: string }; truncated: true };
  /** Its text, its end or its status changed. */
  'approval.updated': { key: { id: string }; row: Approval; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It was withdrawn. */
  'approval.deleted': { key: { id: string } };
  /** Somebody approved or rejected it. Beside approval.updated, which tells the row. */
  'approval.resolved': {
    id: string;
    status: 'approved' | 'rejected';
    decidedBy: string | null;
    decidedAt: string;
    comment: string | null;
  };
  /** Its time was over before anybody decided; told exactly once. */
  'approval.expired': { id: string; expiredAt: string };
  /** An agent was registered. */
  'agent.created': { key: { tenant_id: string; id: string }; row: Agent } | { key: { tenant_id: string; id: string }; truncated: true };
  /** Its name, kind or status changed; signs of life alone are not told. */
  'agent.updated': {
    key: { tenant_id: string; id: string };
    row: Agent;
    changed?: string[];
  } | {
    key: { tenant_id: string; id: string };
    truncated: true;
    changed?: string[];
  };
  /** It was removed. */
  'agent.deleted': { key: { tenant_id: string; id: string } };
  /** An agent's status changed, by itself or by its silence. Beside agent.updated. */
  'agent.status.changed': { agentId: string; status: AgentStatus };
  /** An agent said something. */
  'agent.message': {
    agentId: string;
    id: string;
    text: string;
    level: 'debug' | 'info' | 'warning' | 'error';
    at: string;
  };
  /** There is something to know. Counts one up on the badge. */
  'notification.new': Notification;
  /** The user has read these, each told once. Counts as many down on the badge as there are ids. */
  'notification.read': { ids: string[]; at: string };
  /** A conversation began. */
  'conversation.created': { key: { id: string }; row: Conversation } | { key: { id: string }; truncated: true };
  /** Its title changed, or its newest message. */
  'conversation.updated': { key: { id: string }; row: Conversation; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It was deleted with all that was written. */
  'conversation.deleted': { key: { id: string } };
  /** Somebody was added. */
  'member.created': {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    row: Member;
  } | {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    truncated: true;
  };
  /** A member has another role or name. */
  'member.updated': {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    row: Member;
    changed?: string[];
  } | {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    truncated: true;
    changed?: string[];
  };
  /** Somebody left or was removed. */
  'member.deleted': {
    key: { tenant_id: string; conversation_id: string; user_id: string };
  };
  /** A member's receipt begins at the newest message. */
  'receipt.created': {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    row: Receipt;
  } | {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    truncated: true;
  };
  /** A member has received or read more. */
  'receipt.updated': {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    row: Receipt;
    changed?: string[];
  } | {
    key: { tenant_id: string; conversation_id: string; user_id: string };
    truncated: true;
    changed?: string[];
  };
  /** Somebody left or was removed. */
  'receipt.deleted': {
    key: { tenant_id: string; conversation_id: string; user_id: string };
  };
  /** Somebody wrote. */
  'message.created': { key: MessageKey; row: Message };
  /** A message was edited or taken back. */
  'message.updated': { key: MessageKey; row: Message; changed: string[] };
  /** A message was removed from the table, which only SQL does. */
  'message.deleted': { key: { id: string; conversation_id: string; position: number } };
  /** All others have received, or read, the messages of one author at positions over after, up to upTo. The last of them stands for all. */
  'message.status': {
    conversationId: string;
    author: string;
    status: MessageStatus;
    after: number;
    upTo: number;
    row: Message;
  };
  /** The user is in a conversation. */
  'inbox.created': { key: MessageKey; row: Inbox };
  /** A conversation of the user changed, in its title, newest message, the user's role, or how much is unread. */
  'inbox.updated': { key: MessageKey; row: Inbox };
  /** The user is in a conversation no longer, or it was deleted. */
  'inbox.deleted': { key: MessageKey };
  /** Somebody is writing, for expiresIn milliseconds unless it is said again. */
  'typing.start': Typing;
  /** Somebody stopped writing, sent the message, or has not said it again. */
  'typing.stop': Typing;
  /** A user came, with the first of all devices. */
  'user.online': Presence;
  /** A user went, with the last of all devices. */
  'user.offline': Presence;
  /** A service was made. */
  'queue_service.created': { key: { id: string }; row: QueueService } | { key: { id: string }; truncated: true };
  /** It was opened, closed or edited. */
  'queue_service.updated': { key: { id: string }; row: QueueService; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It was deleted. */
  'queue_service.deleted': { key: { id: string } };
  /** A counter was made. */
  'queue_counter.created': { key: { id: string }; row: QueueCounter } | { key: { id: string }; truncated: true };
  /** It was opened, closed or edited. */
  'queue_counter.updated': { key: { id: string }; row: QueueCounter; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It was deleted. */
  'queue_counter.deleted': { key: { id: string } };
  /** Somebody took a ticket. */
  'queue_ticket.created': { key: { id: string }; row: QueueTicket } | { key: { id: string }; truncated: true };
  /** Its state or its place changed. */
  'queue_ticket.updated': { key: { id: string }; row: QueueTicket; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It was deleted. */
  'queue_ticket.deleted': { key: { id: string } };
  /** A screen was approved. */
  'queue_screen.created': { key: { id: string }; row: QueueScreen } | { key: { id: string }; truncated: true };
  /** It has fetched its key, or was revoked. */
  'queue_screen.updated': { key: { id: string }; row: QueueScreen; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It was deleted. */
  'queue_screen.deleted': { key: { id: string } };
  /** The tenant has settings of its own now. */
  'queue_setting.created': { key: { tenant_id: string }; row: QueueSetting } | { key: { tenant_id: string }; truncated: true };
  /** Screens may work unpaired now, or no longer; or days begin at another midnight. */
  'queue_setting.updated': {
    key: { tenant_id: string };
    row: QueueSetting;
    changed?: string[];
  } | { key: { tenant_id: string }; truncated: true; changed?: string[] };
  /** The defaults hold again. */
  'queue_setting.deleted': { key: { tenant_id: string } };
  /** A ticket was taken or is another one now; what everybody may see of it. */
  'ticket_update': {
    id: string;
    ticket_number: number;
    code: string;
    service_id: string;
    service: string | null;
    counter_id: string | null;
    counter: string | null;
    calls: number;
    status: 'in_queue' | 'called' | 'in_progress' | 'completed' | 'no_show' | 'cancelled';
    priority: number;
    updated_at: string;
  };
  /** A ticket has another state, or was called again (called to called, with one more in calls). */
  'ticket_status_changed': {
    id: string;
    ticket_number: number;
    code: string;
    service_id: string;
    service: string | null;
    counter_id: string | null;
    counter: string | null;
    calls: number;
    old_status: 'in_queue' | 'called' | 'in_progress' | 'completed' | 'no_show' | 'cancelled';
    new_status: 'in_queue' | 'called' | 'in_progress' | 'completed' | 'no_show' | 'cancelled';
    updated_at: string;
  };
  /** Places in the queue of these services (none named - of all) are others now; read GET /api/queue. On /ws the message of this name brings the whole queue, as that read answers it. */
  'queue_update': {
    service_ids: string[];
    cause: 'ticket' | 'service' | 'counter';
    updated_at: string;
  };
  /** There is a new studio. */
  'studio.created': { key: { tenant_id: string; id: string }; row: Studio } | { key: { tenant_id: string; id: string }; truncated: true };
  /** It has another name. */
  'studio.updated': {
    key: { tenant_id: string; id: string };
    row: Studio;
    changed?: string[];
  } | {
    key: { tenant_id: string; id: string };
    truncated: true;
    changed?: string[];
  };
  /** It was removed, with its sessions and events. */
  'studio.deleted': { key: { tenant_id: string; id: string } };
  /** The tenant has its first studio. */
  'studio_setting.created': { key: { tenant_id: string }; row: StudioSetting } | { key: { tenant_id: string }; truncated: true };
  /** Something else counts as silence, clipping or a change of level now. */
  'studio_setting.updated': {
    key: { tenant_id: string };
    row: StudioSetting;
    changed?: string[];
  } | { key: { tenant_id: string }; truncated: true; changed?: string[] };
  /** The settings were removed. */
  'studio_setting.deleted': { key: { tenant_id: string } };
  /** A session started. */
  'session.created': { key: { id: string }; row: StudioSession } | { key: { id: string }; truncated: true };
  /** It has another title, or it stopped. */
  'session.updated': { key: { id: string }; row: StudioSession; changed?: string[] } | { key: { id: string }; truncated: true; changed?: string[] };
  /** It went with its studio. */
  'session.deleted': { key: { id: string } };
  /** How a studio stands; every 5 s while somebody follows the channel. */
  'status.update': StudioStatus;
  /** Silence or clipping began or ended, a session started or stopped, another track, another level. */
  'event.new': StudioEvent;
  /** The meter, some times a second; only the latest counts. */
  'audio.level': AudioLevel;
  /** An event whose payload was not what its type says: read that key again. */
  'carillon.invalid': { type: string; key?: Record<string, unknown>; reason: string };
}

export type CarillonEventType = keyof CarillonEvents;

/** Where each type goes, in which version of its payload, and whose it is. */
export const EVENT_TYPES = {
  'approval.created': { channels: ['approvals'], version: 1, module: 'approvals', ephemeral: false },
  'approval.updated': { channels: ['approvals'], version: 1, module: 'approvals', ephemeral: false },
  'approval.deleted': { channels: ['approvals'], version: 1, module: 'approvals', ephemeral: false },
  'approval.resolved': { channels: ['approvals'], version: 1, module: 'approvals', ephemeral: false },
  'approval.expired': { channels: ['approvals'], version: 1, module: 'approvals', ephemeral: false },
  'agent.created': { channels: ['agents'], version: 1, module: 'agents', ephemeral: false },
  'agent.updated': { channels: ['agents'], version: 1, module: 'agents', ephemeral: false },
  'agent.deleted': { channels: ['agents'], version: 1, module: 'agents', ephemeral: false },
  'agent.status.changed': { channels: ['agents'], version: 1, module: 'agents', ephemeral: false },
  'agent.message': { channels: ['agents'], version: 1, module: 'agents', ephemeral: false },
  'ai.*': { channels: ['agents'], version: 1, module: 'agents', ephemeral: false },
  'notification.new': { channels: ['notifications:{user}', 'notifications.role:{role}', 'notifications.tenant'], version: 1, module: 'notifications', ephemeral: false },
  'notification.read': { channels: ['notifications:{user}'], version: 1, module: 'notifications', ephemeral: false },
  'conversation.created': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'conversation.updated': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'conversation.deleted': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'member.created': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'member.updated': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'member.deleted': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'receipt.created': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'receipt.updated': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'receipt.deleted': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'message.created': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'message.updated': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'message.deleted': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'message.status': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'inbox.created': { channels: ['conversations:{user}'], version: 1, module: 'chat', ephemeral: false },
  'inbox.updated': { channels: ['conversations:{user}'], version: 1, module: 'chat', ephemeral: false },
  'inbox.deleted': { channels: ['conversations:{user}'], version: 1, module: 'chat', ephemeral: false },
  'typing.start': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: true },
  'typing.stop': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: true },
  'user.online': { channels: ['presence'], version: 1, module: 'chat', ephemeral: false },
  'user.offline': { channels: ['presence'], version: 1, module: 'chat', ephemeral: false },
  'queue_service.created': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_service.updated': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_service.deleted': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_counter.created': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_counter.updated': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_counter.deleted': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_ticket.created': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_ticket.updated': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_ticket.deleted': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_screen.created': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_screen.updated': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_screen.deleted': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_setting.created': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_setting.updated': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'queue_setting.deleted': { channels: ['queue.desk'], version: 1, module: 'tickets', ephemeral: false },
  'ticket_update': { channels: ['queue'], version: 1, module: 'tickets', ephemeral: false },
  'ticket_status_changed': { channels: ['queue'], version: 1, module: 'tickets', ephemeral: false },
  'queue_update': { channels: ['queue'], version: 1, module: 'tickets', ephemeral: false },
  'studio.created': { channels: ['studio'], version: 1, module: 'studio', ephemeral: false },
  'studio.updated': { channels: ['studio'], version: 1, module: 'studio', ephemeral: false },
  'studio.deleted': { channels: ['studio'], version: 1, module: 'studio', ephemeral: false },
  'studio_setting.created': { channels: ['studio'], version: 1, module: 'studio', ephemeral: false },
  'studio_setting.updated': { channels: ['studio'], version: 1, module: 'studio', ephemeral: false },
  'studio_setting.deleted': { channels: ['studio'], version: 1, module: 'studio', ephemeral: false },
  'session.created': { channels: ['session'], version: 1, module: 'studio', ephemeral: false },
  'session.updated': { channels: ['session'], version: 1, module: 'studio', ephemeral: false },
  'session.deleted': { channels: ['session'], version: 1, module: 'studio', ephemeral: false },
  'status.update': { channels: ['status'], version: 1, module: 'studio', ephemeral: true },
  'event.new': { channels: ['events'], version: 1, module: 'studio', ephemeral: false },
  'audio.level': { channels: ['status'], version: 1, module: 'studio', ephemeral: true },
} as const;
