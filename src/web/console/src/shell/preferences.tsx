import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import { LANGUAGES, type Language, useT } from "../i18n/index.tsx";
import { type Theme, useTheme } from "../theme.ts";

export function Choice<Name extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: ReactNode;
  value: Name;
  choices: readonly { name: Name; text: string }[];
  onChange: (name: Name) => void;
}) {
  return (
    <Select
      className="select"
      aria-label={String(label)}
      selectedKey={value}
      onSelectionChange={key => onChange(key as Name)}
    >
      <Button className="select-button">
        <SelectValue />
        <ChevronDown size={15} aria-hidden />
      </Button>
      <Popover className="popover">
        <ListBox className="list-box">
          {choices.map(({ name, text }) => (
            <ListBoxItem key={name} id={name} textValue={text} className="list-item">
              {({ isSelected }) => (
                <>
                  <span>{text}</span>
                  {isSelected && <Check size={15} aria-hidden />}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}

export function LanguageSelect() {
  const t = useT();
  const choices = (Object.entries(LANGUAGES) as [Language, string][]).map(([name, text]) => ({ name, text }));
  return <Choice label={t("language")} value={t.language} choices={choices} onChange={t.setLanguage} />;
}

export function ThemeSelect() {
  const t = useT();
  const [theme, setTheme] = useTheme();
  const choices: { name: Theme; text: string }[] = [
    { name: "auto", text: t("themeAuto") },
    { name: "light", text: t("themeLight") },
    { name: "dark", text: t("themeDark") },
  ];
  return <Choice label={t("theme")} value={theme} choices={choices} onChange={setTheme} />;
}
