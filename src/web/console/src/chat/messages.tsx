import type { ChatMessage } from "@carillon/react";
import { Check, CheckCheck, Clock, Ellipsis, Pencil, Undo2 } from "lucide-react";
import { Component, useCallback, useLayoutEffect, useRef } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { type Key, useT } from "../i18n/index.tsx";

interface MessagesProps extends Acts {
  rows: readonly ChatMessage[];
  mine: string;
  more: boolean;
  loading: boolean;
  loadMore: () => Promise<void>;
}

interface Acts {
  /** Whether the reader leads the conversation, and so takes back others' messages too. */
  owner: boolean;
  edit: (row: ChatMessage) => void;
  takeBack: (row: ChatMessage) => void;
}

const NEAR = 48; // px from the end that count as the end
const EARLY = 120; // px from the beginning at which older ones are fetched

/** Looks at the page before other rows change it. */
class Before extends Component<{ rows: unknown; look: () => void }> {
  override getSnapshotBeforeUpdate(): null {
    this.props.look();
    return null;
  }

  override componentDidUpdate() {}

  override render() {
    return null;
  }
}

/** Oldest on top. Where the reader is stays where it is, whatever is added above or below; at the end one stays there. */
export function Messages({ rows, mine, more, loading, loadMore, ...acts }: MessagesProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ id: string; bottom: number } | null>(null);
  const top = useRef(0);
  const remember = useCallback(() => {
    const at = box.current;
    if (!at) return;
    top.current = at.scrollTop;
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
  // Rows may come before the event that tells of scrolling.
  const look = useCallback(() => {
    if (box.current && box.current.scrollTop !== top.current) remember();
  }, [remember]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever rows change
  useLayoutEffect(() => {
    const at = box.current;
    if (!at) return;
    const { current } = anchor;
    const same = current && at.querySelector<HTMLElement>(`[data-message="${current.id}"]`);
    if (!current || !same) at.scrollTop = at.scrollHeight;
    else at.scrollTop += same.getBoundingClientRect().bottom - at.getBoundingClientRect().top - current.bottom;
    top.current = at.scrollTop;
  }, [rows]);
  const oldest = [...rows].reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="messages" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label={t("messages")}>
      <Before rows={rows} look={look} />
      {more && (
        <button type="button" className="small load-more" disabled={loading} onClick={() => void loadMore()}>
          {loading ? t("loading") : t("older")}
        </button>
      )}
      {oldest.map((row, number) => (
        <Bubble
          key={row.id}
          row={row}
          mine={row.author === mine}
          joined={oldest[number - 1]?.author === row.author}
          {...acts}
        />
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

interface BubbleProps extends Acts {
  row: ChatMessage;
  mine: boolean;
  joined: boolean;
}

function Bubble({ row, mine, joined, owner, edit, takeBack }: BubbleProps) {
  const t = useT();
  const [word, Icon] = STATUS[row.status];
  const changeable = (mine || owner) && row.status !== "waiting" && !row.deleted_at;
  return (
    <article className="bubble" data-mine={mine} data-joined={joined} data-message={row.id} data-status={row.status}>
      {!mine && !joined && <strong className="author">{row.author_name}</strong>}
      <p>{row.deleted_at ? <em className="muted">{t("takenBack")}</em> : row.text}</p>
      <small className="muted">
        {changeable && (
          <MenuTrigger>
            <Button className="icon act" aria-label={t("messageActs")}>
              <Ellipsis size={16} aria-hidden />
            </Button>
            <Popover className="popover" placement={mine ? "bottom end" : "bottom start"}>
              <Menu
                className="list-box"
                aria-label={t("messageActs")}
                onAction={act => (act === "edit" ? edit(row) : takeBack(row))}
              >
                {mine && (
                  <MenuItem id="edit" className="list-item">
                    <Pencil size={16} aria-hidden /> {t("edit")}
                  </MenuItem>
                )}
                <MenuItem id="back" className="list-item">
                  <Undo2 size={16} aria-hidden /> {t("takeBack")}
                </MenuItem>
              </Menu>
            </Popover>
          </MenuTrigger>
        )}
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
