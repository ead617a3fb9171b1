import { useCarillon, useConnectionStatus, useUnread } from "@carillon/react";
import { useQueryClient } from "@tanstack/react-query";
import { CircleUserRound, Ellipsis, LogOut, RefreshCw } from "lucide-react";
import { Suspense, useEffect, useRef } from "react";
import {
  Button,
  Dialog,
  DialogTrigger,
  Menu,
  MenuItem,
  MenuTrigger,
  Modal,
  ModalOverlay,
  Popover,
} from "react-aria-components";
import { useT } from "../i18n/index.tsx";
import { MeContext, useAskMe, useMe } from "../me.ts";
import { useNewVersion } from "../offline/worker.ts";
import { PAGES, type PageEntry } from "../pages.ts";
import { go, to, useRoute } from "../router.ts";
import type { Credential, Me } from "../session.ts";
import { Boundary } from "../ui/boundary.tsx";
import { Bell, company, Loading } from "../ui/parts.tsx";
import { ConnectionIndicator, useOldWrites } from "./connection.tsx";
import { LanguageSelect, ThemeSelect } from "./preferences.tsx";
import { Token } from "./sign-in.tsx";

interface ShellProps {
  credential: Credential;
  become: (wanted: Credential | null) => void;
}

/** What is around every page: navigation, the connection, who one is. */
export function Shell({ credential, become }: ShellProps) {
  const me = useAskMe();
  const queries = useQueryClient();
  useOldWrites();
  const t = useT();
  const route = useRoute();
  const name = route.path[0] ?? "approvals";
  const pages = PAGES.filter(({ shown }) => me && (shown?.(me) ?? true));
  const entry = pages.find(one => one.name === name);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const title = entry ? t(entry.title) : "";
  useEffect(() => {
    document.title = title ? `${title} · Carillon` : "Carillon";
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page takes the focus, as a new document would
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [name]);
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t("skip")}
      </button>
      <header className="top">
        <a className="brand" href={to("approvals")} aria-label="Carillon">
          <Bell /> <span>Carillon</span>
        </a>
        <ConnectionIndicator />
        {me && <Account me={me} become={become} />}
      </header>
      {me ? (
        <MeContext value={me}>
          <Navigation pages={pages} current={name} />
          <main ref={main} id="main" tabIndex={-1}>
            <Boundary key={name} forget={() => queries.removeQueries({ queryKey: ["carillon"] })}>
              <Suspense fallback={<Loading />}>{entry ? <entry.page /> : <Nowhere />}</Suspense>
            </Boundary>
          </main>
        </MeContext>
      ) : (
        <main ref={main} id="main" tabIndex={-1}>
          <Loading />
        </main>
      )}
      <SignedOut credential={credential} become={become} />
      <NewVersion />
    </div>
  );
}

/** Offered, not done: somebody may be writing. */
function NewVersion() {
  const t = useT();
  const newer = useNewVersion();
  return (
    <div className="new-version" role="status">
      {newer && (
        <div className="toast">
          <span>{t("newVersion")}</span>
          <button type="button" className="small" onClick={() => location.reload()}>
            <RefreshCw size={14} aria-hidden /> {t("reload")}
          </button>
        </div>
      )}
    </div>
  );
}

function Nowhere() {
  const t = useT();
  return (
    <div className="empty">
      <h1>{t("nowhere")}</h1>
      <a href={to("approvals")}>{t("approvals")}</a>
    </div>
  );
}

function Navigation({ pages, current }: { pages: readonly PageEntry[]; current: string }) {
  const t = useT();
  const me = useMe();
  const { count, more } = useUnread(me);
  const badge = more || count > 99 ? "99+" : count > 0 ? String(count) : null;
  const barred = pages.slice(0, pages.length > 5 ? 4 : 5);
  const rest = pages.filter(page => !barred.includes(page));
  return (
    <nav className="navigation" aria-label={t("navigation")}>
      <ul>
        {pages.map(({ name, title, short, icon: Icon }) => (
          <li key={name} data-barred={barred.some(one => one.name === name)}>
            <a href={to(name)} aria-current={name === current ? "page" : undefined}>
              <Icon size={20} aria-hidden />
              <span className="long">{t(title)}</span>
              <span className="short">{t(short ?? title)}</span>
              {name === "notifications" && badge && (
                <span className="badge" data-testid="badge">
                  {badge}
                  <span className="unseen"> {t("unread")}</span>
                </span>
              )}
            </a>
          </li>
        ))}
        {rest.length > 0 && (
          <li className="more">
            <MenuTrigger>
              <Button aria-label={t("more")} data-current={rest.some(({ name }) => name === current)}>
                <Ellipsis size={20} aria-hidden />
                <span>{t("more")}</span>
              </Button>
              <Popover className="popover" placement="top end">
                <Menu className="list-box" onAction={key => go(to(String(key)))}>
                  {rest.map(({ name, title, icon: Icon }) => (
                    <MenuItem key={name} id={name} textValue={t(title)} className="list-item">
                      <Icon size={18} aria-hidden /> {t(title)}
                    </MenuItem>
                  ))}
                </Menu>
              </Popover>
            </MenuTrigger>
          </li>
        )}
      </ul>
    </nav>
  );
}

function Account({ me, become }: { me: Me; become: (wanted: Credential | null) => void }) {
  const t = useT();
  return (
    <DialogTrigger>
      <Button className="account">
        <CircleUserRound size={20} aria-hidden />
        <span className="unseen">{t("account", { name: "" })}</span>
        <span className="account-name">
          {me.name} · {company(me.tenant)}
        </span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="account-dialog" aria-label={t("account", { name: me.name })}>
          <p className="who">
            <strong>{me.name}</strong>
            <span className="muted">
              {company(me.tenant)} · {me.roles.join(", ")}
            </span>
          </p>
          <div className="field">
            <span>{t("language")}</span>
            <LanguageSelect />
          </div>
          <div className="field">
            <span>{t("theme")}</span>
            <ThemeSelect />
          </div>
          <button type="button" onClick={() => become(null)}>
            <LogOut size={16} aria-hidden /> {t("signOut")}
          </button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** The token is over and there is no other: only a person can bring one. */
function SignedOut({ credential, become }: ShellProps) {
  const t = useT();
  const client = useCarillon();
  const status = useConnectionStatus();
  const out = status.state === "failed" && status.error.code === "signed_out";
  return (
    <ModalOverlay className="overlay" isOpen={out}>
      <Modal className="modal">
        <Dialog className="dialog" aria-label={t("signedOut")}>
          <h2>{t("signedOut")}</h2>
          {credential.kind === "token" ? (
            <Token become={become} />
          ) : (
            <div className="row">
              <button type="button" className="primary" onClick={() => client.retry()}>
                {t("retry")}
              </button>
              <button type="button" onClick={() => become(null)}>
                {t("signIn")}
              </button>
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
