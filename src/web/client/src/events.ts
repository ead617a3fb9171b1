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

export type Message = {
  id: string;
  conversation_id: string;
  author: string;
  author_name: string;
  text: string;
  status: 'sent' | 'delivered' | 'read';
  created_at: string;
  edited_at: string | null;
  [other: string]: unknown;
};

export type Typing = { conversationId: string; userId: string; userName: string };

export type Presence = {
  userId: string;
  userName?: string;
  status?: 'online' | 'away' | 'busy';
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
  /** Somebody wrote. */
  'message.created': {
    key?: Record<string, unknown>;
    row: Message;
    [other: string]: unknown;
  };
  /** A message was edited, or its status changed. */
  'message.updated': {
    key?: Record<string, unknown>;
    row: Message;
    changed?: string[];
    [other: string]: unknown;
  };
  /** Its name, its members or its last message changed. */
  'conversation.updated': {
    key: Record<string, unknown>;
    row: Record<string, unknown>;
    changed?: string[];
    [other: string]: unknown;
  };
  /** Somebody is writing. */
  'typing.start': Typing;
  /** Somebody stopped writing. */
  'typing.stop': Typing;
  /** A user came, with the first of all devices. */
  'user.online': Presence;
  /** A user went, with the last of all devices. */
  'user.offline': Presence;
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
  'message.created': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'message.updated': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'conversation.updated': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: false },
  'typing.start': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: true },
  'typing.stop': { channels: ['chat:{key}'], version: 1, module: 'chat', ephemeral: true },
  'user.online': { channels: ['presence'], version: 1, module: 'chat', ephemeral: false },
  'user.offline': { channels: ['presence'], version: 1, module: 'chat', ephemeral: false },
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
