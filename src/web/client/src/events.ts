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
  [other: string]: unknown;
};

export type StudioEvent = {
  id: string;
  type: 'silence' | 'clipping' | 'session.started' | 'session.stopped' | 'track.change' | 'audio.level';
  at: string;
  details: Record<string, unknown>;
  [other: string]: unknown;
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
  /** How it stands. */
  'status.update': {
    streaming: boolean;
    listeners: number;
    session: Record<string, unknown> | null;
    audioLevel: AudioLevel | null;
    [other: string]: unknown;
  };
  /** Silence, clipping, a session or a track began or ended. */
  'event.new': StudioEvent;
  /** The meter, at most some times a second; only the latest counts. */
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
  'status.update': { channels: ['status'], version: 1, module: 'studio', ephemeral: true },
  'event.new': { channels: ['events'], version: 1, module: 'studio', ephemeral: false },
  'audio.level': { channels: ['status'], version: 1, module: 'studio', ephemeral: true },
} as const;
