import {
  Activity,
  BellRing,
  Bot,
  FlaskConical,
  type LucideIcon,
  MessagesSquare,
  Radio,
  SquareCheckBig,
  Stethoscope,
  Ticket,
} from "lucide-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Key } from "./i18n/index.tsx";
import type { Me } from "./session.ts";

export interface PageEntry {
  name: string;
  title: Key;
  /** In the bar of a phone. */
  short?: Key;
  icon: LucideIcon;
  page: LazyExoticComponent<ComponentType>;
  /** Whom it is for; default: everybody. */
  shown?: (me: Me) => boolean;
}

/** In the order of the navigation; on a phone the first four are in the bar, the others behind “More”. */
export const PAGES: readonly PageEntry[] = [
  {
    name: "approvals",
    title: "approvals",
    icon: SquareCheckBig,
    page: lazy(() => import("./pages/approvals.tsx")),
  },
  { name: "agents", title: "agents", icon: Bot, page: lazy(() => import("./pages/agents.tsx")) },
  {
    name: "notifications",
    title: "notifications",
    short: "notificationsShort",
    icon: BellRing,
    page: lazy(() => import("./pages/notifications.tsx")),
  },
  { name: "chat", title: "chat", icon: MessagesSquare, page: lazy(() => import("./pages/chat.tsx")) },
  { name: "queue", title: "queue", icon: Ticket, page: lazy(() => import("./pages/queue.tsx")) },
  { name: "studio", title: "studio", icon: Radio, page: lazy(() => import("./pages/studio.tsx")) },
  {
    name: "operations",
    title: "operations",
    icon: Activity,
    page: lazy(() => import("./pages/operations.tsx")),
    shown: ({ oversees }) => oversees !== "nothing",
  },
  {
    name: "setup",
    title: "setup",
    icon: Stethoscope,
    page: lazy(() => import("./pages/setup.tsx")),
    shown: ({ oversees }) => oversees === "all",
  },
  { name: "playground", title: "playground", icon: FlaskConical, page: lazy(() => import("./pages/playground.tsx")) },
];
