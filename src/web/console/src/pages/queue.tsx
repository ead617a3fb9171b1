import { type CalledTicket, type Queue, useQueue } from "@carillon/react";
import { BellRing, Check, Play, UserX, Volume2 } from "lucide-react";
import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { Scroll } from "../operations/tables.tsx";
import { Arrange, Screens } from "../queue/screens.tsx";
import { useRoute } from "../router.ts";
import { stored } from "../session.ts";
import { Choice } from "../shell/preferences.tsx";
import { Ago, Empty, Loading, PageHead, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";
import "../style/queue.css";

type Act = ReturnType<typeof useQueue>["act"];

export default function QueuePage() {
  const t = useT();
  const me = useMe();
  const { path } = useRoute();
  const [face, setFace] = useState(path[1] === "pair" ? "screens" : "operator");
  const { queue, error, act } = useQueue();
  const admin = me.oversees !== "nothing";
  return (
    <div>
      <PageHead title={t("queue")} note={t("queueNote")}>
        <a className="button" href="#/totem" target="_blank" rel="noopener">
          {t("totem")}
        </a>
        <a className="button" href="#/display" target="_blank" rel="noopener">
          {t("display")}
        </a>
      </PageHead>
      <Problem error={error} />
      {!queue && !error && <Loading />}
      {queue && (
        <Tabs selectedKey={face} onSelectionChange={key => setFace(String(key))}>
          <TabList className="tabs-list" aria-label={t("queue")}>
            <Tab id="operator" className="tab">
              {t("operator")}
            </Tab>
            {admin && (
              <Tab id="screens" className="tab">
                {t("screens")}
              </Tab>
            )}
            {admin && (
              <Tab id="arrange" className="tab">
                {t("arrange")}
              </Tab>
            )}
          </TabList>
          <TabPanel id="operator" className="tab-panel">
            <Operator queue={queue} act={act} />
          </TabPanel>
          {admin && (
            <TabPanel id="screens" className="tab-panel">
              <Screens />
            </TabPanel>
          )}
          {admin && (
            <TabPanel id="arrange" className="tab-panel">
              <Arrange queue={queue} act={act} />
            </TabPanel>
          )}
        </Tabs>
      )}
    </div>
  );
}

const KEY = "carillon.counter";

function Operator({ queue, act }: { queue: Queue; act: Act }) {
  const t = useT();
  const [counter, setCounter] = useState(() => stored(() => localStorage.getItem(KEY)) ?? "");
  const desk = queue.counters.find(({ id }) => id === counter);
  const choose = (id: string) => {
    stored(() => localStorage.setItem(KEY, id));
    setCounter(id);
  };
  const here = queue.serving.filter(one => one.counter_id === counter);
  return (
    <div className="columns">
      <div>
        <section className="card stack" aria-labelledby="counter">
          <div className="row wrap between">
            <h2 id="counter">{desk?.name ?? t("counter")}</h2>
            <Choice
              label={t("counter")}
              value={counter}
              onChange={choose}
              choices={queue.counters.map(({ id, name }) => ({ name: id, text: name }))}
            />
          </div>
          {desk ? <AtCounter key={desk.id} counter={desk.id} here={here} act={act} /> : <p>{t("chooseCounter")}</p>}
        </section>
        <Waiting queue={queue} />
      </div>
      <div>
        <section className="card" aria-labelledby="serving">
          <h2 id="serving">{t("nowCalled")}</h2>
          {queue.serving.length === 0 && <p className="muted">{t("nobodyCalled")}</p>}
          <ul className="called">
            {queue.serving.map(one => (
              <li key={one.id}>
                <strong>{one.code}</strong>
                <span>{one.counter}</span>
              </li>
            ))}
          </ul>
        </section>
        <section className="card" aria-labelledby="services">
          <h2 id="services">{t("waitingHead")}</h2>
          <ul className="called">
            {queue.services.map(one => (
              <li key={one.id}>
                <span>{one.name}</span>
                <strong>{t.number(one.waiting)}</strong>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

function AtCounter({ counter, here, act }: { counter: string; here: readonly CalledTicket[]; act: Act }) {
  const t = useT();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const press = async (path: string) => {
    setBusy(true);
    const outcome = await act(path);
    setBusy(false);
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  return (
    <>
      {here.length === 0 && (
        <>
          <p className="muted">{t("nobodyServed")}</p>
          <button
            type="button"
            className="primary next"
            disabled={busy}
            onClick={() => void press(`counters/${counter}/next`)}
          >
            <BellRing size={20} aria-hidden /> {t("callNext")}
          </button>
        </>
      )}
      {here.map(one => (
        <article key={one.id} className="at-counter arrive" data-testid="at-counter">
          <p className="ticket-code">{one.code}</p>
          <p className="muted">
            {one.customer_name && `${one.customer_name} · `}
            {t(one.status === "called" ? "called" : "inProgress")} {one.called_at && <Ago at={one.called_at} />}
          </p>
          <div className="row wrap">
            {one.status === "called" ? (
              <>
                <button
                  type="button"
                  className="primary"
                  disabled={busy}
                  onClick={() => void press(`tickets/${one.id}/start`)}
                >
                  <Play size={17} aria-hidden /> {t("start")}
                </button>
                <button type="button" disabled={busy} onClick={() => void press(`tickets/${one.id}/recall`)}>
                  <Volume2 size={17} aria-hidden /> {t("recall")}
                </button>
                <button type="button" disabled={busy} onClick={() => void press(`tickets/${one.id}/no-show`)}>
                  <UserX size={17} aria-hidden /> {t("noShow")}
                </button>
              </>
            ) : (
              <button
                type="button"
                className="primary"
                disabled={busy}
                onClick={() => void press(`tickets/${one.id}/finish`)}
              >
                <Check size={17} aria-hidden /> {t("finish")}
              </button>
            )}
          </div>
        </article>
      ))}
    </>
  );
}

function Waiting({ queue }: { queue: Queue }) {
  const t = useT();
  const names = new Map(queue.services.map(({ id, name }) => [id, name]));
  const named = queue.waiting.some(({ customer_name }) => customer_name !== null);
  return (
    <section className="card" aria-labelledby="queued">
      <h2 id="queued">{t("waitingN", { n: queue.waiting.length })}</h2>
      {queue.waiting.length === 0 ? (
        <Empty>{t("nobodyWaits")}</Empty>
      ) : (
        <Scroll label={t("waitingHead")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("ticket")}</th>
                <th scope="col">{t("service")}</th>
                {named && <th scope="col">{t("customer")}</th>}
                <th scope="col">{t("waitingSince")}</th>
                <th scope="col" className="number">
                  {t("estimated")}
                </th>
              </tr>
            </thead>
            <tbody>
              {queue.waiting.map(one => (
                <tr key={one.id}>
                  <td>
                    <strong>{one.code}</strong>
                  </td>
                  <td>{names.get(one.service_id)}</td>
                  {named && <td>{one.customer_name}</td>}
                  <td>
                    <Ago at={one.queued_at} />
                  </td>
                  <td className="number">{t("about", { n: Math.max(1, Math.round(one.wait_seconds / 60)) })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
