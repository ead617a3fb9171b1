import { useCallback, useState } from "react";
import { stored } from "./session.ts";

export type Theme = "auto" | "light" | "dark";
const KEY = "carillon.theme";

const kept = (): Theme => {
  const theme = stored(() => localStorage.getItem(KEY));
  return theme === "light" || theme === "dark" ? theme : "auto";
};

/** Before anything is drawn. */
export function dress(theme: Theme = kept()): void {
  document.documentElement.dataset.theme = theme;
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, set] = useState(kept);
  const change = useCallback((wanted: Theme) => {
    stored(() => localStorage.setItem(KEY, wanted));
    dress(wanted);
    set(wanted);
  }, []);
  return [theme, change];
}
