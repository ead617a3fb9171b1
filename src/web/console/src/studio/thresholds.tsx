import { SlidersHorizontal } from "lucide-react";
import type { FormEvent } from "react";
import { type Key, useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { useSettings } from "../settings.ts";
import { DialogButton, DialogEnd } from "../ui/dialog.tsx";
import { company, Loading, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";

interface Limit {
  name: string;
  word: Key;
  least: number;
  most: number;
  /** Whole numbers only. */
  whole?: true;
}

const LONGEST = 600_000; // ms
const ms = (name: string, word: Key, least = 0): Limit => ({ name, word, least, most: LONGEST, whole: true });

const GROUPS: readonly [Key, readonly Limit[]][] = [
  [
    "silence",
    [
      { name: "silence_below", word: "silenceBelow", least: -120, most: 0 },
      { name: "silence_hysteresis", word: "silenceHysteresis", least: 0, most: 40 },
      ms("silence_after_ms", "afterMs"),
      ms("silence_back_ms", "backMs"),
    ],
  ],
  [
    "clipping",
    [
      { name: "clip_samples", word: "clipSamples", least: 1, most: 1_000_000, whole: true },
      ms("clip_after_ms", "afterMs"),
      ms("clip_back_ms", "backMs"),
    ],
  ],
  ["level", [{ name: "level_change", word: "levelChange", least: 1, most: 60 }, ms("level_after_ms", "afterMs")]],
  ["stream", [ms("probe_timeout_ms", "probeTimeout", 500)]],
];

type Values = Record<string, number | boolean> & { version: number; auto_session: boolean };

/** What the detectors take for silence, clipping and another level; for those who keep the studios. */
export function Thresholds() {
  const t = useT();
  return (
    <DialogButton label={t("thresholds")} icon={<SlidersHorizontal size={17} aria-hidden />}>
      {close => <Form close={close} />}
    </DialogButton>
  );
}

function Form({ close }: { close: () => void }) {
  const t = useT();
  const { tenant } = useMe();
  const toasts = useToasts();
  const { values, error, edit } = useSettings<Values>("/api/studio/settings", "studio", "studio_setting");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const limits = GROUPS.flatMap(([, some]) => some);
    const wanted = Object.fromEntries(limits.map(({ name }) => [name, Number(form.get(name))]));
    const outcome = await edit({ ...wanted, auto_session: form.get("auto_session") !== null } as Partial<Values>);
    if (!outcome.ok) return toasts.failed(refusal(outcome));
    toasts.done(t("saved"));
    close();
  };
  return (
    <>
      <div>
        <h2>{t("thresholds")}</h2>
        <p className="muted">{t("thresholdsNote", { tenant: company(tenant) })}</p>
      </div>
      <Problem error={error} />
      {!values && !error && <Loading />}
      {values && (
        // Somebody else's change replaces what is written here: it would be refused anyway.
        <form key={values.version} className="stack" onSubmit={submit}>
          {GROUPS.map(([group, limits]) => (
            <fieldset key={group} className="fields tight">
              <legend>{t(group)}</legend>
              {limits.map(({ name, word, least, most, whole }) => (
                <label key={name} className="field">
                  {t(word)}
                  <input
                    name={name}
                    type="number"
                    required
                    min={least}
                    max={most}
                    step={whole ? 1 : "any"}
                    defaultValue={String(values[name])}
                  />
                </label>
              ))}
            </fieldset>
          ))}
          <label className="row">
            <input name="auto_session" type="checkbox" defaultChecked={values.auto_session} /> {t("autoSession")}
          </label>
          <DialogEnd close={close} does={t("save")} />
        </form>
      )}
    </>
  );
}
