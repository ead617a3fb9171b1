import { CircleAlert, CircleCheck, X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { useT } from "../i18n/index.tsx";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

type Tell = { done: (text: string) => void; failed: (text: string) => void };

const Context = createContext<Tell | null>(null);
const STAYS = 6_000; // ms
const MOST = 4;

export function useToasts(): Tell {
  const tell = useContext(Context);
  if (!tell) throw new Error("useToasts needs <Toasts> above it");
  return tell;
}

/** Short news at the edge of the screen, read aloud; failures stay until they are put away. */
export function Toasts({ children }: { children: ReactNode }) {
  const t = useT();
  const [toasts, set] = useState<readonly Toast[]>([]);
  const remove = useCallback((id: number) => set(known => known.filter(one => one.id !== id)), []);
  const tell = useMemo<Tell>(() => {
    let last = 0;
    const add = (text: string, bad: boolean) => {
      const id = ++last;
      set(known => [...known.slice(1 - MOST), { id, text, bad }]);
      if (!bad) setTimeout(() => remove(id), STAYS);
    };
    return { done: text => add(text, false), failed: text => add(text, true) };
  }, [remove]);
  const list = (bad: boolean) =>
    toasts
      .filter(one => one.bad === bad)
      .map(({ id, text }) => (
        <div key={id} className="toast" data-bad={bad}>
          {bad ? <CircleAlert size={18} aria-hidden /> : <CircleCheck size={18} aria-hidden />}
          <span>{text}</span>
          <button type="button" className="icon" aria-label={t("close")} onClick={() => remove(id)}>
            <X size={16} aria-hidden />
          </button>
        </div>
      ));
  return (
    <Context value={tell}>
      {children}
      <div className="toasts">
        <div role="alert">{list(true)}</div>
        <div role="status">{list(false)}</div>
      </div>
    </Context>
  );
}
