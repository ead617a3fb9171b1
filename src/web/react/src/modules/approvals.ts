import type { Approval, CarillonEvent, Outcome } from "@carillon/client";
import { useCallback } from "react";
import { type LiveRowsResult, useLiveRows } from "../live-rows.ts";
import { useCarillon } from "../provider.tsx";
import { change, type RowRules, type Rows } from "../rows.ts";
import { useWrite } from "../write.ts";

export interface Decision {
  id: string;
  verdict: "approved" | "rejected";
  comment?: string;
}

export interface ApprovalDraft {
  title: string;
  details?: string;
  kind?: string;
  agent_id?: string;
  decider_role?: string;
  expires_in?: number;
}

const newest = (one: Approval, other: Approval) =>
  other.created_at.localeCompare(one.created_at) || other.id.length - one.id.length || other.id.localeCompare(one.id);

/** The tenant's approvals, newest first; decided here they show so at once, and what the node says reconciles by `ref`. */
export function useApprovals(status: Approval["status"] | "all" = "all") {
  const client = useCarillon();
  const key = ["carillon", "approvals", status];
  const rules: RowRules<Approval> = {
    id: row => row.id,
    order: newest,
    fits: row => status === "all" || row.status === status,
    stale: (fresh, known) => fresh.version < known.version,
  };
  const list: LiveRowsResult<Approval> = useLiveRows<Approval>({
    channel: "approvals",
    queryKey: key,
    path: status === "all" ? "/api/approvals" : `/api/approvals?status=${status}`,
    rules,
    on: event => (isRow(event) ? change(event, rules) : undefined),
  });
  const { send: decide, sending } = useWrite<Decision, Approval>({
    request: ({ id, verdict, comment }) => ({
      path: `/api/approvals/${id}/${verdict === "approved" ? "approve" : "reject"}`,
      body: comment ? { comment } : {},
    }),
    optimistic: ({ id, verdict, comment }) => [
      [
        key,
        (known: Rows<Approval>) => ({
          ...known,
          rows: known.rows.map(row =>
            row.id === id ? { ...row, status: verdict, comment: comment ?? null, decided_by: null } : row,
          ),
        }),
      ],
    ],
  });
  const ask = useCallback(
    (draft: ApprovalDraft): Promise<Outcome<unknown>> => client.write({ path: "/api/approvals", body: draft }).done,
    [client],
  );
  const withdraw = useCallback(
    (id: string): Promise<Outcome<unknown>> =>
      client.request({ method: "DELETE", path: `/api/approvals/${encodeURIComponent(id)}` }),
    [client],
  );
  return { ...list, decide, sending, ask, withdraw };
}

const isRow = ({ type }: CarillonEvent) => /^approval\.(created|updated|deleted)$/.test(type);
