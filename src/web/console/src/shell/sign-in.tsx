import { KeyRound } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { type Credential, type DemoUser, demoUsers } from "../session.ts";
import { Bell, company } from "../ui/parts.tsx";
import { LanguageSelect, ThemeSelect } from "./preferences.tsx";

const AGAIN = 2_000; // ms until a node that did not answer is asked again

/** In development one chooses somebody; elsewhere the product's back end gives a token, and one brings it. */
export function SignIn({ become }: { become: (credential: Credential) => void }) {
  const t = useT();
  const [users, setUsers] = useState<DemoUser[] | null | undefined>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const ask = async () => {
      const known = await demoUsers();
      if (gone) return;
      setUsers(known);
      if (known === undefined) timer = setTimeout(ask, AGAIN);
    };
    void ask();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);
  useEffect(() => {
    document.title = `${t("signIn")} · Carillon`;
  }, [t]);
  return (
    <main className="sign-in">
      <div className="sign-in-card card">
        <div className="brand">
          <Bell /> <h1>Carillon</h1>
        </div>
        {users && users.length > 0 && <DemoUsers users={users} become={become} />}
        {users === null && <Token become={become} />}
        {users === undefined && <p className="muted">{t("connecting")}</p>}
      </div>
      <div className="row wrap center">
        <LanguageSelect />
        <ThemeSelect />
      </div>
    </main>
  );
}

function DemoUsers({ users, become }: { users: DemoUser[]; become: (credential: Credential) => void }) {
  const t = useT();
  const tenants = [...new Set(users.map(({ tenant }) => tenant))];
  return (
    <>
      <p className="muted">{t("signInDemo")}</p>
      {tenants.map(tenant => (
        <section key={tenant} aria-label={company(tenant)}>
          <h2>{company(tenant)}</h2>
          <ul className="people">
            {users
              .filter(one => one.tenant === tenant)
              .map(one => (
                <li key={one.user}>
                  <button type="button" onClick={() => become({ kind: "demo", user: one.user })}>
                    <span className="face" aria-hidden>
                      {one.name.slice(0, 1)}
                    </span>
                    <span>
                      <strong>{one.name}</strong>
                      <small>{one.roles.join(", ")}</small>
                    </span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

export function Token({ become }: { become: (credential: Credential) => void }) {
  const t = useT();
  const [wrong, setWrong] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token") ?? "").trim();
    setAsking(true);
    try {
      const answer = await fetch("/api/me", { headers: { Authorization: `Bearer ${token}` }, cache: "no-store" });
      if (answer.ok) return become({ kind: "token", token });
      const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
      setWrong(detail ?? t("tokenWrong"));
    } catch {
      setWrong(t("unreachable"));
    } finally {
      setAsking(false);
    }
  };
  return (
    <form onSubmit={submit} className="stack">
      <p className="muted">{t("signInToken")}</p>
      <label className="field">
        {t("token")}
        <textarea
          name="token"
          rows={4}
          required
          spellCheck={false}
          autoComplete="off"
          aria-invalid={wrong !== null}
          aria-describedby="token-wrong"
        />
      </label>
      <p id="token-wrong" className="bad" role="alert">
        {wrong}
      </p>
      <button type="submit" className="primary" disabled={asking}>
        <KeyRound size={16} aria-hidden /> {t("signIn")}
      </button>
    </form>
  );
}
