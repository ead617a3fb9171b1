import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { stored } from "../session.ts";
import { en } from "./en.ts";

export type Words = typeof en;
export type Key = keyof Words;
type Parameters = Record<string, string | number>;

export const LANGUAGES = { en: "English", pt: "Português" } as const;
export type Language = keyof typeof LANGUAGES;

export interface Translation {
  (key: Key, parameters?: Parameters): string;
  language: Language;
  setLanguage: (language: Language) => void;
  number: (value: number, digits?: number) => string;
  time: (iso: string | number, style?: "time" | "full") => string;
  /** “3 minutes ago”, “in 20 seconds”. */
  ago: (iso: string, now: number) => string;
}

const Context = createContext<Translation | null>(null);
const KEY = "carillon.language";

function preferred(): Language {
  const kept = stored(() => localStorage.getItem(KEY));
  if (kept === "en" || kept === "pt") return kept;
  return navigator.languages
    ?.find(one => /^(en|pt)/i.test(one))
    ?.toLowerCase()
    .startsWith("pt")
    ? "pt"
    : "en";
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

function translation(words: Words, language: Language, setLanguage: (language: Language) => void): Translation {
  const locale = language === "pt" ? "pt-BR" : "en-GB";
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const t = (key: Key, parameters: Parameters = {}) => {
    const [one, other = one] = words[key].split("|") as [string, string?];
    const text = parameters.n === 1 ? one : other;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ""));
  };
  return Object.assign(t, {
    language,
    setLanguage,
    number: (value: number, digits = 0) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value),
    time: (iso: string | number, style: "time" | "full" = "time") =>
      (style === "time" ? clock : full).format(new Date(iso)),
    ago: (iso: string, now: number) => {
      const seconds = Math.round((Date.parse(iso) - now) / 1000);
      const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
      return relative.format(Math.trunc(seconds / size), unit);
    },
  });
}

/** Portuguese is loaded when it is wanted. */
export function Languages({ children }: { children: ReactNode }) {
  const [language, set] = useState(preferred);
  const [words, setWords] = useState<{ language: Language; words: Words } | null>(
    language === "en" ? { language, words: en } : null,
  );
  useEffect(() => {
    let wanted = true;
    if (language === "en") setWords({ language, words: en });
    else import("./pt.ts").then(({ pt }) => wanted && setWords({ language, words: pt }));
    return () => {
      wanted = false;
    };
  }, [language]);
  const shown = words?.language ?? "en";
  useEffect(() => {
    document.documentElement.lang = shown === "pt" ? "pt-BR" : "en";
  }, [shown]);
  const t = useMemo(
    () =>
      translation(words?.words ?? en, shown, wanted => {
        stored(() => localStorage.setItem(KEY, wanted));
        set(wanted);
      }),
    [words, shown],
  );
  if (words === null) return null;
  return (
    <I18nProvider locale={shown === "pt" ? "pt-BR" : "en-GB"}>
      <Context value={t}>{children}</Context>
    </I18nProvider>
  );
}

export function useT(): Translation {
  const t = useContext(Context);
  if (!t) throw new Error("useT needs <Languages> above it");
  return t;
}
