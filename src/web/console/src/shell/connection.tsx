import type { Pending, Status } from "@carillon/client";
import { useCarillon, useConnectionStatus, useNextAttempt, usePending } from "@carillon/react";
import { CloudOff, LoaderCircle, RefreshCw, Send, Wifi, WifiOff } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { type Translation, useT } from "../i18n/index.tsx";
import { useToasts } from "../ui/toasts.tsx";

/** The connection, everywhere and always; short gaps are kept quiet by the client. */
export function ConnectionIndicator() {
  const client = useCarillon();
  const status = useConnectionStatus();
  const pending = usePending();
  const t = useT();
  return (
    <StatusPill status={status} retry={() => client.retry()}>
      {pending.length > 0 && (
        <span className="pending" title={t("pendingHint")}>
          <Send size={14} aria-hidden /> {t("pending", { n: pending.length })}
        </span>
      )}
    </StatusPill>
  );
}

/** What was written before this page was loaded has nobody else who would tell that it was refused. */
export function useOldWrites(): void {
  const client = useCarillon();
  const toasts = useToasts();
  useEffect(() => {
    const old = new Set<string>();
    const look = (pending: readonly Pending[]) => {
      for (const { key, at } of pending) if (at < performance.timeOrigin) old.add(key);
    };
    look(client.pending);
    const undo = [
      client.onPending(look),
      client.onWritten(({ key, outcome }) => {
        if (old.delete(key) && !outcome.ok) toasts.failed(outcome.error.message);
      }),
    ];
    return () => {
      for (const one of undo) one();
    };
  }, [client, toasts]);
}

interface PillProps {
  status: Status;
  retry: () => void;
  children?: ReactNode;
}

export function StatusPill({ status, retry, children }: PillProps) {
  const next = useNextAttempt(status);
  const t = useT();
  return (
    <div className="connection" data-state={status.state} data-testid="connection">
      {children}
      <span className="connection-state">
        <StateIcon status={status} />
        <span className="connection-text">
          {said(status, t)}
          {next !== null && next > 0 && status.state !== "polling" && (
            <span className="countdown"> {t("nextIn", { n: next })}</span>
          )}
        </span>
      </span>
      {status.state === "failed" && (
        <button type="button" className="small" onClick={retry}>
          <RefreshCw size={14} aria-hidden /> {t("retry")}
        </button>
      )}
      <span className="unseen" role="status">
        {spoken(status, t)}
      </span>
    </div>
  );
}

function StateIcon({ status: { state } }: { status: Status }) {
  switch (state) {
    case "connected":
      return <Wifi size={17} aria-hidden />;
    case "polling":
      return <RefreshCw size={16} aria-hidden />;
    case "connecting":
    case "reconnecting":
      return <LoaderCircle size={17} className="turning" aria-hidden />;
    case "offline":
      return <CloudOff size={17} aria-hidden />;
    default:
      return <WifiOff size={17} aria-hidden />;
  }
}

function said(status: Status, t: Translation): string {
  switch (status.state) {
    case "connected":
      return t(status.transport === "sse" ? "connectedStream" : "connected");
    case "reconnecting":
      return t("reconnecting", { attempt: status.attempt, of: status.of });
    case "failed":
      return status.error.code === "signed_out" ? t("signedOut") : t("lost");
    default:
      return t(status.state);
  }
}

/** Read aloud when the state changes, not at every attempt. */
function spoken(status: Status, t: Translation): string {
  switch (status.state) {
    case "connecting":
      return "";
    case "reconnecting":
      return t("interrupted");
    default:
      return said(status, t);
  }
}
