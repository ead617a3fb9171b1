import { type ChatMessage, type Inbox, useConversation, useConversations, usePresence } from "@carillon/react";
import { ArrowLeft, Check, CheckCheck, Clock, Plus, SendHorizontal } from "lucide-react";
import { type FormEvent, useCallback, useLayoutEffect, useRef, useState } from "react";
import { Button, Dialog, DialogTrigger, Modal, ModalOverlay } from "react-aria-components";
import { type Key, useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { go, to, useRoute } from "../router.ts";
import { Ago, Empty, Loading, More, PageHead, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";

export default function Chat() {
  const t = useT();
  const me = useMe();
  const { path } = useRoute();
  const chosen = path[1] ?? null;
  const conversations = useConversations(me.user);
  const { rows, error } = conversations;
  const current = rows?.find(({ id }) => id === chosen);
  return (
    <div className="chat" data-open={chosen !== null}>
      <div className="chat-list">
        <PageHead title={t("chat")}>
          <Begin begin={conversations.begin} />
        </PageHead>
        <Problem error={error} />
        {!rows && !error && <Loading />}
        {rows?.length === 0 && <Empty>{t("noConversations")}</Empty>}
        {rows && rows.length > 0 && (
          <ul className="card flush" aria-label={t("conversations")}>
            {rows.map(row => (
              <li key={row.id}>
                <Entry row={row} chosen={row.id === chosen} />
              </li>
            ))}
          </ul>
        )}
        <More {...conversations} />
      </div>
      {chosen !== null && <Thread key={chosen} id={chosen} title={current?.title ?? ""} />}
      {chosen === null && rows && rows.length > 0 && <p className="chat-none muted">{t("chooseConversation")}</p>}
    </div>
  );
}

function Entry({ row, chosen }: { row: Inbox; chosen: boolean }) {
  const t = useT();
  return (
    <a className="entry" href={to("chat", row.id)} aria-current={chosen ? "true" : undefined}>
      <span className="row between">
        <strong>{row.title}</strong>
        <small className="muted">
          <Ago at={row.active_at} />
        </small>
      </span>
      <span className="row between">
        <span className="last muted">
          {row.last_author_name && `${row.last_author_name}: `}
          {row.last_text ?? (row.last_position > 0 ? t("takenBack") : t("nothingWritten"))}
        </span>
        {row.unread > 0 && (
          <span className="badge">
            {row.unread}
            <span className="unseen"> {t("unread")}</span>
          </span>
        )}
      </span>
    </a>
  );
}

function Thread({ id, title }: { id: string; title: string }) {
  const t = useT();
  const me = useMe();
  const { rows, more, loading, loadMore, error, send, typing } = useConversation(id, me);
  const { typers, type, stop } = typing;
  const roster = usePresence(`chat:${id}`);
  const toasts = useToasts();
  const others = roster?.members?.filter(({ user }) => user !== me.user) ?? [];
  const submit = async (text: string) => {
    stop();
    const outcome = await send(text);
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  return (
    <section className="thread card" aria-labelledby="thread">
      <header>
        <a className="back" href={to("chat")} aria-label={t("conversations")}>
          <ArrowLeft size={20} aria-hidden />
        </a>
        <div className="grow">
          <h2 id="thread">{title || t("chat")}</h2>
          <small className="muted">
            {others.length > 0 ? (
              <>
                <i className="dot here" aria-hidden /> {t("here", { names: others.map(({ name }) => name).join(", ") })}
              </>
            ) : (
              t("nobodyElse")
            )}
          </small>
        </div>
      </header>
      <Problem error={error} />
      {rows ? (
        <Messages rows={rows} mine={me.user} more={more} loading={loading} loadMore={loadMore} />
      ) : (
        <div className="messages">{!error && <Loading />}</div>
      )}
      <p className="typing muted" aria-live="polite">
        {typers.length > 0 && t("types", { names: typers.map(({ name }) => name).join(", "), n: typers.length })}
      </p>
      <Composer send={submit} type={type} />
    </section>
  );
}

interface MessagesProps {
  rows: readonly ChatMessage[];
  mine: string;
  more: boolean;
  loading: boolean;
  loadMore: () => Promise<void>;
}

const NEAR = 48; // px from the end that count as the end
const EARLY = 120; // px from the beginning at which older ones are fetched

/** Oldest on top. Where the reader is stays where it is, whatever is added above or below; at the end one stays there. */
function Messages({ rows, mine, more, loading, loadMore }: MessagesProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ id: string; bottom: number } | null>(null);
  const remember = useCallback(() => {
    const at = box.current;
    if (!at) return;
    if (at.scrollHeight - at.scrollTop - at.clientHeight < NEAR) {
      anchor.current = null;
      return;
    }
    const from = at.getBoundingClientRect().top;
    const first = [...at.querySelectorAll<HTMLElement>("[data-message]")].find(
      one => one.getBoundingClientRect().bottom > from,
    );
    // By its lower edge: what is above may change its height, the name of an author comes and goes.
    anchor.current = first
      ? { id: first.dataset.message as string, bottom: first.getBoundingClientRect().bottom - from }
      : null;
  }, []);
  const scrolled = () => {
    remember();
    if (more && !loading && (box.current?.scrollTop ?? EARLY) < EARLY) void loadMore();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever rows change
  useLayoutEffect(() => {
    const at = box.current;
    if (!at) return;
    const { current } = anchor;
    const same = current && at.querySelector<HTMLElement>(`[data-message="${current.id}"]`);
    if (!current || !same) at.scrollTop = at.scrollHeight;
    else at.scrollTop += same.getBoundingClientRect().bottom - at.getBoundingClientRect().top - current.bottom;
  }, [rows]);
  const oldest = [...rows].reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="messages" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label={t("messages")}>
      {more && (
        <button type="button" className="small load-more" disabled={loading} onClick={() => void loadMore()}>
          {loading ? t("loading") : t("older")}
        </button>
      )}
      {oldest.map((row, number) => (
        <Bubble key={row.id} row={row} mine={row.author === mine} joined={oldest[number - 1]?.author === row.author} />
      ))}
    </div>
  );
}

const STATUS: Record<ChatMessage["status"], [Key, typeof Check]> = {
  waiting: ["messageWaiting", Clock],
  sent: ["messageSent", Check],
  delivered: ["messageDelivered", CheckCheck],
  read: ["messageRead", CheckCheck],
};

function Bubble({ row, mine, joined }: { row: ChatMessage; mine: boolean; joined: boolean }) {
  const t = useT();
  const [word, Icon] = STATUS[row.status];
  return (
    <article className="bubble" data-mine={mine} data-joined={joined} data-message={row.id} data-status={row.status}>
      {!mine && !joined && <strong className="author">{row.author_name}</strong>}
      <p>{row.deleted_at ? <em className="muted">{t("takenBack")}</em> : row.text}</p>
      <small className="muted">
        {t.time(row.created_at)}
        {row.edited_at && !row.deleted_at && ` · ${t("edited")}`}
        {mine && (
          <span className={row.status === "read" ? "good" : ""} title={t(word)}>
            <Icon size={15} aria-hidden />
            <span className="unseen">{t(word)}</span>
          </span>
        )}
      </small>
    </article>
  );
}

function Composer({ send, type }: { send: (text: string) => void; type: () => void }) {
  const t = useT();
  const [text, setText] = useState("");
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() === "") return;
    send(text.trim());
    setText("");
  };
  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        rows={1}
        value={text}
        maxLength={4000}
        aria-label={t("message")}
        placeholder={t("message")}
        onChange={event => {
          setText(event.target.value);
          if (event.target.value) type();
        }}
        onKeyDown={event => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
      />
      <button type="submit" className="primary" aria-label={t("send")}>
        <SendHorizontal size={18} aria-hidden />
      </button>
    </form>
  );
}

type BeginCall = ReturnType<typeof useConversations>["begin"];

function Begin({ begin }: { begin: BeginCall }) {
  const t = useT();
  return (
    <DialogTrigger>
      <Button className="primary">
        <Plus size={17} aria-hidden /> {t("newConversation")}
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog" aria-label={t("newConversation")}>
            {({ close }) => <BeginForm begin={begin} close={close} />}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function BeginForm({ begin, close }: { begin: BeginCall; close: () => void }) {
  const t = useT();
  const toasts = useToasts();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const members = String(form.get("members"))
      .split(/[\s,;]+/)
      .filter(Boolean);
    close();
    const outcome = await begin(String(form.get("title")), members);
    if (!outcome.ok) return toasts.failed(refusal(outcome));
    const { body } = outcome.value as { body: { id: string } };
    go(to("chat", body.id));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h2>{t("newConversation")}</h2>
      <label className="field">
        {t("noticeTitle")}
        <input name="title" required maxLength={200} autoComplete="off" />
      </label>
      <label className="field">
        {t("withWhom")}
        <input name="members" autoComplete="off" spellCheck={false} />
      </label>
      <div className="form-end">
        <button type="button" onClick={close}>
          {t("cancel")}
        </button>
        <button type="submit" className="primary">
          {t("begin")}
        </button>
      </div>
    </form>
  );
}
