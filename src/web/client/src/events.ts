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
