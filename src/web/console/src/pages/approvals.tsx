import type { Approval } from "@carillon/client";
import { type Decision, useApprovals } from "@carillon/react";
import { Check, MessageSquarePlus, Plus, Trash2, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { type Key, useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { DialogButton, DialogEnd } from "../ui/dialog.tsx";
import { Ago, Empty, Loading, More, PageHead, Problem, refusal, Until, useArrivals } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";

type Filter = Approval["status"] | "all";

const FILTERS: readonly [Filter, Key][] = [
  ["pending", "pendingStatus"],
  ["approved", "approved"],
  ["rejected", "rejected"],
  ["expired", "expired"],
  ["all", "all"],
];

const TONES = { pending: "wait", approved: "good", rejected: "bad", expired: "" } as const;
const WORDS: Record<Approval["status"], Key> = {
  pending: "pendingStatus",
  approved: "approved",
  rejected: "rejected",
  expired: "expired",
};

export default function Approvals() {
  const t = useT();
  const [filter, setFilter] = useState<Filter>("pending");
  return (
    <div>
      <PageHead title={t("approvals")} note={t("approvalsNote")}>
        <Ask />
      </PageHead>
      <Tabs selectedKey={filter} onSelectionChange={key => setFilter(key as Filter)}>
        <TabList className="tabs-list" aria-label={t("approvals")}>
          {FILTERS.map(([name, word]) => (
            <Tab key={name} id={name} className="tab">
              {t(word)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id={filter} className="tab-panel">
          <List key={filter} filter={filter} />
        </TabPanel>
      </Tabs>
    </div>
  );
}

const idOf = (row: Approval) => row.id;

function List({ filter }: { filter: Filter }) {
  const t = useT();
  const toasts = useToasts();
  const { rows, more, loading, loadMore, error, decide, withdraw } = useApprovals(filter);
  const shown = useArrivals(rows, idOf);
  const send = async (decision: Decision) => {
    const outcome = await decide(decision);
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  const take = async (id: string) => {
    const outcome = await withdraw(id);
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  if (!rows) return error ? <Problem error={error} /> : <Loading />;
  return (
    <>
      <Problem error={error} />
      {shown.length === 0 ? (
        <Empty>{t("noApprovals")}</Empty>
      ) : (
        <ul className="cards" aria-label={t("approvals")}>
          {shown.map(({ row, fresh, leaving }) => (
            <li key={row.id} className={leaving ? "leave" : fresh ? "arrive" : ""} inert={leaving}>
              <Card row={row} send={send} take={take} />
            </li>
          ))}
        </ul>
      )}
      <More more={more} loading={loading} loadMore={loadMore} />
    </>
  );
}

interface CardProps {
  row: Approval;
  send: (decision: Decision) => void;
  take: (id: string) => void;
}

function Card({ row, send, take }: CardProps) {
  const t = useT();
  const me = useMe();
  const mine = row.requested_by === me.user;
  // Decided here, and the node has not said so yet.
  const sending = row.status !== "pending" && row.status !== "expired" && row.decided_by === null;
  return (
    <article className="approval card" data-sending={sending} data-testid={`approval-${row.id}`}>
      <header>
        <h2>{row.title}</h2>
        <span className="chip" data-tone={TONES[row.status]}>
          {t(WORDS[row.status])}
        </span>
      </header>
      {row.details && <p className="details">{row.details}</p>}
      <p className="meta">
        <span>{row.agent_id ?? row.requested_by}</span>
        <Ago at={row.created_at} />
        {row.kind !== "general" && <span>{row.kind}</span>}
        {row.status === "pending" && row.expires_at && (
          <span>
            {t("expires")} <Until at={row.expires_at} />
          </span>
        )}
        {row.decided_by && <span>{t("decidedBy", { status: t(WORDS[row.status]), user: row.decided_by })}</span>}
        {sending && <span className="wait">{t("deciding")}</span>}
      </p>
      {row.comment && <blockquote>{row.comment}</blockquote>}
      {row.status === "pending" && (mine ? <Withdraw row={row} take={take} /> : <Decide row={row} send={send} />)}
    </article>
  );
}

function Withdraw({ row, take }: { row: Approval; take: (id: string) => void }) {
  const t = useT();
  return (
    <div className="decide">
      <button type="button" onClick={() => take(row.id)}>
        <Trash2 size={16} aria-hidden /> {t("withdraw")}
        <span className="unseen">: {row.title}</span>
      </button>
    </div>
  );
}

function Decide({ row, send }: { row: Approval; send: (decision: Decision) => void }) {
  const t = useT();
  const [comment, setComment] = useState<string | null>(null);
  const decide = (verdict: Decision["verdict"]) => send({ id: row.id, verdict, ...(comment && { comment }) });
  return (
    <>
      {comment !== null && (
        <label className="field">
          {t("comment")}
          <input value={comment} maxLength={1000} onChange={event => setComment(event.target.value)} />
        </label>
      )}
      <div className="decide">
        <button type="button" className="good" onClick={() => decide("approved")}>
          <Check size={17} aria-hidden /> {t("approve")}
          <span className="unseen">: {row.title}</span>
        </button>
        <button type="button" className="bad" onClick={() => decide("rejected")}>
          <X size={17} aria-hidden /> {t("reject")}
          <span className="unseen">: {row.title}</span>
        </button>
        <button
          type="button"
          className="icon"
          aria-label={t("addComment")}
          title={t("addComment")}
          aria-expanded={comment !== null}
          onClick={() => setComment(known => (known === null ? "" : null))}
        >
          <MessageSquarePlus size={18} aria-hidden />
        </button>
      </div>
    </>
  );
}

function Ask() {
  const t = useT();
  return (
    <DialogButton label={t("newApproval")} className="primary" icon={<Plus size={17} aria-hidden />}>
      {close => <AskForm close={close} />}
    </DialogButton>
  );
}

function AskForm({ close }: { close: () => void }) {
  const t = useT();
  const toasts = useToasts();
  const { ask } = useApprovals("pending");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const minutes = Number(form.get("minutes"));
    close();
    const outcome = await ask({
      title: String(form.get("title")),
      details: String(form.get("details")),
      ...(minutes > 0 && { expires_in: Math.round(minutes * 60) }),
    });
    if (outcome.ok) toasts.done(t("asked"));
    else toasts.failed(refusal(outcome));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h2>{t("newApproval")}</h2>
      <label className="field">
        {t("approvalTitle")}
        <input name="title" required maxLength={200} autoComplete="off" />
      </label>
      <label className="field">
        {t("approvalDetails")}
        <textarea name="details" rows={3} maxLength={4000} />
      </label>
      <label className="field">
        {t("expiresInMinutes")}
        <input name="minutes" type="number" min="0.1" step="any" max="525600" />
      </label>
      <DialogEnd close={close} does={t("ask")} />
    </form>
  );
}
