export { CacheFeed, type CacheMap, type CacheTiming, type Reaction } from "./cache.ts";
export { type ChannelState, useChannel, usePresence } from "./channel.ts";
export { Overlays, overlaid, overlaysOf } from "./overlays.ts";
export { CarillonProvider, useCarillon } from "./provider.tsx";
export { type LiveQuery, useEventCache, useLiveQuery, useOverlaid, useVisible } from "./queries.ts";
export { useConnectionStatus, useNextAttempt, usePending } from "./status.ts";
export { type Typer, Typing, useTyping } from "./typing.ts";
export { type OptimisticWrite, useWrite } from "./write.ts";
