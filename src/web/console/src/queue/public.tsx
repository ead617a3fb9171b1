import { Switch } from "react-aria-components";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { useSettings } from "../settings.ts";
import { company, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";

interface QueueSettings {
  public_screens: boolean;
  time_zone: string;
  version: number;
}

/** Whether screens work without being paired. */
export function PublicScreens() {
  const t = useT();
  const { tenant } = useMe();
  const toasts = useToasts();
  const { values, error, edit } = useSettings<QueueSettings>("/api/queue/settings", "queue.desk", "queue_setting");
  const change = async (on: boolean) => {
    const outcome = await edit({ public_screens: on });
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  return (
    <section className="card stack" aria-labelledby="public-screens">
      <h2 id="public-screens">{t("publicScreens")}</h2>
      <Problem error={error} />
      {values && (
        <Switch className="switch" isSelected={values.public_screens} onChange={on => void change(on)}>
          <span className="track" aria-hidden />
          {t("withoutPairing")}
        </Switch>
      )}
      <p className="muted">{t("publicScreensNote", { tenant: company(tenant) })}</p>
    </section>
  );
}
