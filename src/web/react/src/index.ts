export { CacheFeed, type CacheMap, type CacheTiming, type Reaction } from "./cache.ts";
export { type ChannelState, useChannel, useChannels, usePresence } from "./channel.ts";
export { type LiveRows, type LiveRowsResult, useLiveRows } from "./live-rows.ts";
export { type AgentMessage, useAgentMessages, useAgents, useAgentWork } from "./modules/agents.ts";
export { type Decision, useApprovals } from "./modules/approvals.ts";
export { type ChatMessage, type Inbox, useConversation, useConversations } from "./modules/chat.ts";
export { type ChatMember, useMembers } from "./modules/members.ts";
export { type Notified, useNotifications, useUnread } from "./modules/notifications.ts";
export {
  type CalledTicket,
  type Queue,
  type QueueDesk,
  type QueuedService,
  type TicketChange,
  useCalls,
  useQueue,
  useQueueScreen,
  type WaitingTicket,
} from "./modules/queue.ts";
export {
  QueueScreen,
  type QueueScreenOptions,
  type QueueScreenView,
  type TakenTicket,
} from "./modules/queue-screen.ts";
export {
  type StudioCallbacks,
  type StudioFinding,
  type StudioLevel,
  type StudioState,
  useStudio,
  useStudioEvents,
} from "./modules/studio.ts";
export { Overlays, overlaid, overlaysOf } from "./overlays.ts";
export { CarillonProvider, useCarillon } from "./provider.tsx";
export { type LiveQuery, useEventCache, useLiveQuery, useOverlaid, useVisible } from "./queries.ts";
export { append, change, type Page, put, type RowRules, type Rows, without } from "./rows.ts";
export { useConnectionStatus, useNextAttempt, usePending } from "./status.ts";
export { type Typer, Typing, useTyping } from "./typing.ts";
export { type OptimisticWrite, useWrite } from "./write.ts";
