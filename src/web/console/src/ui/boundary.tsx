import { CircleX, RefreshCw, RotateCcw } from "lucide-react";
import { Component, type ReactNode, useEffect } from "react";
import { useT } from "../i18n/index.tsx";

interface BoundaryProps {
  children: ReactNode;
  /** Before it is tried again, for what may have been the cause. */
  forget?: () => void;
  /** Milliseconds after which it is tried again without anybody; default: when somebody wants it. */
  again?: number;
}

/** Where a page fails in being drawn it says so, and what is around it works on. */
export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  private readonly retry = () => {
    this.props.forget?.();
    this.setState({ failed: false });
  };

  override render() {
    return this.state.failed ? <Failed retry={this.retry} after={this.props.again} /> : this.props.children;
  }
}

function Failed({ retry, after }: { retry: () => void; after: number | undefined }) {
  const t = useT();
  useEffect(() => {
    if (after === undefined) return;
    const timer = setTimeout(retry, after);
    return () => clearTimeout(timer);
  }, [retry, after]);
  return (
    <div className="empty" role="alert">
      <CircleX size={32} strokeWidth={1.3} aria-hidden />
      <h1>{t("broken")}</h1>
      <p className="muted">{t("brokenNote")}</p>
      <div className="row wrap">
        <button type="button" className="primary" onClick={retry}>
          <RotateCcw size={16} aria-hidden /> {t("retry")}
        </button>
        <button type="button" onClick={() => location.reload()}>
          <RefreshCw size={16} aria-hidden /> {t("reload")}
        </button>
      </div>
    </div>
  );
}
