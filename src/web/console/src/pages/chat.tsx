import { type ChatMessage, type Inbox, useConversation, useConversations, usePresence } from "@carillon/react";
import { ArrowLeft, Plus, SendHorizontal, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { Members } from "../chat/members.tsx";
import { Messages } from "../chat/messages.tsx";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { go, to, useRoute } from "../router.ts";
import { DialogButton, DialogEnd } from "../ui/dialog.tsx";
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
      {chosen !== null && (
        <Thread key={chosen} id={chosen} title={current?.title ?? ""} owner={current?.role === "owner"} />
      )}
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

interface ThreadProps {
  id: string;
  title: string;
  owner: boolean;
}

/** An edit under way, beside which the draft of a new message waits. */
interface Editing {
  row: ChatMessage;
  text: string;
  /** Whoever goes on after a refusal has seen how the message is now. */
  refused: boolean;
}

function Thread({ id, title, owner }: ThreadProps) {
  const t = useT();
  const me = useMe();
  const { rows, more, loading, loadMore, following, error, send, edit, takeBack, typing } = useConversation(id, me);
  const { typers, type, stop } = typing;
  const [draft, setDraft] = useState("");
  const [editing, setEditing] = useState<Editing | null>(null);
  const roster = usePresence(`chat:${id}`);
  const toasts = useToasts();
  const others = roster?.members?.filter(({ user }) => user !== me.user) ?? [];
  // Removed, or never in it: what is there may be read, but nothing comes any longer.
  const outside = error !== null && !error.retry && !following;
  const change = (text: string) => {
    if (editing) return setEditing({ ...editing, text });
    setDraft(text);
    if (text) type();
  };
  // What is refused is given back.
  const submit = async () => {
    const text = (editing?.text ?? draft).trim();
    if (text === "") return;
    stop();
    if (!editing) {
      setDraft("");
      const outcome = await send(text);
      if (outcome.ok) return;
      toasts.failed(refusal(outcome));
      return setDraft(now => now || text);
    }
    const row = (editing.refused && rows?.find(one => one.id === editing.row.id)) || editing.row;
    setEditing(null);
    if (row.text === text) return;
    const outcome = await edit(row, text);
    if (outcome.ok) return;
    toasts.failed(refusal(outcome));
    setEditing(now => now ?? { row, text, refused: true });
  };
  const back = useCallback(
    async (row: ChatMessage) => {
      const outcome = await takeBack(row);
      if (!outcome.ok) toasts.failed(refusal(outcome));
    },
    [takeBack, toasts],
  );
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
        {!outside && <Members conversation={id} owner={owner} />}
      </header>
      {outside ? (
        <p className="problem" role="alert">
          {t("outside")}
        </p>
      ) : (
        <Problem error={error} />
      )}
      {rows ? (
        <Messages
          {...{ rows, more, loading, loadMore, owner }}
          mine={me.user}
          edit={row => setEditing({ row, text: row.text, refused: false })}
          takeBack={back}
        />
      ) : (
        <div className="messages">{!error && <Loading />}</div>
      )}
      <p className="typing muted" aria-live="polite">
        {typers.length > 0 && t("types", { names: typers.map(({ name }) => name).join(", "), n: typers.length })}
      </p>
      {!outside && (
        <Composer
          editing={editing?.row.id ?? null}
          text={editing?.text ?? draft}
          change={change}
          cancel={() => setEditing(null)}
          submit={submit}
        />
      )}
    </section>
  );
}

interface ComposerProps {
  /** Which message. */
  editing: string | null;
  text: string;
  change: (text: string) => void;
  cancel: () => void;
  submit: () => Promise<void>;
}

function Composer({ editing, text, change, cancel, submit }: ComposerProps) {
  const t = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Whoever chose “Edit” goes on here.
    if (editing) field.current?.focus();
  }, [editing]);
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <form className="composer" onSubmit={send} data-editing={editing !== null}>
      {editing && (
        <p className="row between muted">
          {t("editing")}
          <button type="button" className="icon" aria-label={t("cancel")} onClick={cancel}>
            <X size={17} aria-hidden />
          </button>
        </p>
      )}
      <textarea
        rows={1}
        value={text}
        maxLength={4000}
        aria-label={t(editing ? "editing" : "message")}
        placeholder={t("message")}
        ref={field}
        onChange={event => change(event.target.value)}
        onKeyDown={event => {
          if (event.key === "Escape" && editing) cancel();
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
        }}
      />
      <button type="submit" className="primary" aria-label={t(editing ? "save" : "send")}>
        <SendHorizontal size={18} aria-hidden />
      </button>
    </form>
  );
}

type BeginCall = ReturnType<typeof useConversations>["begin"];

function Begin({ begin }: { begin: BeginCall }) {
  const t = useT();
  return (
    <DialogButton label={t("newConversation")} className="primary" icon={<Plus size={17} aria-hidden />}>
      {close => <BeginForm begin={begin} close={close} />}
    </DialogButton>
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
      <DialogEnd close={close} does={t("begin")} />
    </form>
  );
}
