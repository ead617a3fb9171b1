import { useCarillon } from "@carillon/react";
import { type ReactNode, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { Ago, More, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";
import { type Followed, type LimitsOf, type RunningNode, type Standing, useAdmin, useTable } from "./api.ts";

export function Nodes() {
  const t = useT();
  const { data, error } = useAdmin<RunningNode[]>("nodes", 5_000);
  return (
    <section className="card" aria-labelledby="nodes">
      <h2 id="nodes">{t("nodes")}</h2>
      <Problem error={error} />
      <Scroll label={t("nodes")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("node")}</th>
              <th scope="col">{t("started")}</th>
              <th scope="col">{t("lastSign")}</th>
              <th scope="col">{t("state")}</th>
            </tr>
          </thead>
          <tbody>
            {data?.map(node => (
              <tr key={node.id}>
                <td>
                  <span className="mono">{node.address ?? node.id.slice(0, 8)}</span>{" "}
                  {node.here && <span className="chip">{t("answers")}</span>}
                </td>
                <td>
                  <Ago at={node.startedAt} />
                </td>
                <td>
                  <Ago at={node.heartbeatAt} />
                </td>
                <td>
                  <span className="chip" data-tone={node.listening === false ? "wait" : "good"}>
                    {t(node.listening === false ? "looksByItself" : node.awake ? "awake" : "listening")}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const FIRST = 50; // rows of a table
const MOST = 1_000; // rows that a node tells at once

interface LongerProps {
  more: boolean;
  loading: boolean;
  limit: number;
  set: (limit: number) => void;
}

/** The table is read with more rows from now on; beyond what a node tells at once, one says which are wanted. */
function Longer({ more, loading, limit, set }: LongerProps) {
  const t = useT();
  if (more && limit === MOST) return <p className="muted">{t("narrow", { n: t.number(MOST) })}</p>;
  return <More more={more} loading={loading} loadMore={() => set(Math.min(MOST, limit * 2))} />;
}

interface WhichProps {
  label: string;
  value: string;
  set: (value: string) => void;
}

function Which({ label, value, set }: WhichProps) {
  return (
    <label className="row">
      <span className="muted">{label}</span>
      <input
        className="narrow"
        value={value}
        maxLength={200}
        autoComplete="off"
        onChange={event => set(event.target.value.trim())}
      />
    </label>
  );
}

export function Channels({ choose }: { choose: (channel: string) => void }) {
  const t = useT();
  const me = useMe();
  const [prefix, setPrefix] = useState("");
  const [limit, setLimit] = useState(FIRST);
  const { data, error, loading } = useTable<{ channels: Followed[]; total: number }>(
    `channels?limit=${limit}&prefix=${encodeURIComponent(prefix)}`,
    3_000,
  );
  const sorted = data && [...data.channels].sort((one, other) => other.deliveriesPerSecond - one.deliveriesPerSecond);
  return (
    <section className="card" aria-labelledby="channels">
      <div className="row wrap between">
        <h2 id="channels">{t("channels", { n: data?.total ?? 0 })}</h2>
        <Which label={t("beginsWith")} value={prefix} set={setPrefix} />
      </div>
      <Problem error={error} />
      <Scroll label={t("channels", { n: data?.total ?? 0 })}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("channel")}</th>
              {me.oversees === "all" && <th scope="col">{t("tenant")}</th>}
              <th scope="col" className="number">
                {t("subscribers")}
              </th>
              <th scope="col" className="number">
                {t("eventsRate")}
              </th>
              <th scope="col" className="number">
                {t("deliveriesRate")}
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted?.map(({ tenant, channel, subscribers, eventsPerSecond, deliveriesPerSecond }) => (
              <tr key={`${tenant} ${channel}`}>
                <td>
                  {tenant === me.tenant ? (
                    <button type="button" className="plain mono" onClick={() => choose(channel)}>
                      {channel}
                    </button>
                  ) : (
                    <span className="mono">{channel}</span>
                  )}
                </td>
                {me.oversees === "all" && <td>{tenant}</td>}
                <td className="number">{t.number(subscribers)}</td>
                <td className="number">{t.number(eventsPerSecond, 1)}</td>
                <td className="number">{t.number(deliveriesPerSecond, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Longer
        more={data !== undefined && data.total > data.channels.length}
        loading={loading}
        limit={limit}
        set={setLimit}
      />
    </section>
  );
}

export function Connections() {
  const t = useT();
  const me = useMe();
  const client = useCarillon();
  const toasts = useToasts();
  const [user, setUser] = useState("");
  const [limit, setLimit] = useState(FIRST);
  const query = `connections?limit=${limit}${user && `&user=${encodeURIComponent(user)}`}`;
  const { data, error, refetch, loading } = useTable<{ connections: Standing[]; next: string | null }>(query, 3_000);
  const close = async (one: Standing) => {
    const outcome = await client.request({
      method: "POST",
      path: "/api/admin/disconnect",
      body: { tenant: one.tenant, connection: one.id },
    });
    if (outcome.ok) toasts.done(t("disconnected"));
    else toasts.failed(refusal(outcome));
    void refetch();
  };
  return (
    <section className="card" aria-labelledby="connections">
      <div className="row wrap between">
        <h2 id="connections">{t("connections")}</h2>
        <Which label={t("user")} value={user} set={setUser} />
      </div>
      <Problem error={error} />
      <Scroll label={t("connections")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("user")}</th>
              {me.oversees === "all" && <th scope="col">{t("tenant")}</th>}
              <th scope="col">{t("transport")}</th>
              <th scope="col">{t("open")}</th>
              <th scope="col">{t("follows")}</th>
              <th scope="col">{t("state")}</th>
              <th scope="col">
                <span className="unseen">{t("disconnect")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data?.connections.map(one => (
              <tr key={one.id}>
                <td>{one.user ?? "–"}</td>
                {me.oversees === "all" && <td>{one.tenant ?? "–"}</td>}
                <td>{one.transport}</td>
                <td>
                  <Ago at={one.openedAt} />
                </td>
                <td title={one.channels.join(", ")}>{t("nChannels", { n: one.channels.length })}</td>
                <td>
                  <span className="chip" data-tone={one.owed ? "wait" : "good"}>
                    {t(one.owed ? "owed" : "upToDate")}
                  </span>{" "}
                  {one.unsentBytes > 0 && (
                    <small className="muted">{t("unsent", { n: t.number(one.unsentBytes) })}</small>
                  )}
                </td>
                <td>
                  <button type="button" className="small" onClick={() => void close(one)}>
                    {t("disconnect")}
                    <span className="unseen"> {one.user}</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Longer more={!!data?.next} loading={loading} limit={limit} set={setLimit} />
    </section>
  );
}

export function Limits() {
  const t = useT();
  const me = useMe();
  const [tenant, setTenant] = useState(me.tenant);
  const wanted = tenant.trim() || me.tenant;
  const { data, error } = useAdmin<LimitsOf>(`limits?tenant=${encodeURIComponent(wanted)}`, 5_000);
  const { label = "", ...limits } = data?.limits ?? {};
  return (
    <section className="card" aria-labelledby="limits">
      <div className="row wrap between">
        <h2 id="limits">{t("limits")}</h2>
        {me.oversees === "all" && (
          <label className="row">
            <span className="muted">{t("tenant")}</span>
            <input
              className="narrow"
              value={tenant}
              maxLength={200}
              onChange={event => setTenant(event.target.value)}
            />
          </label>
        )}
      </div>
      <Problem error={error} />
      {data && (
        <>
          <p className="muted">{t("limitsNote", { tenant: data.tenant, label: String(label), n: data.connections })}</p>
          <Scroll label={t("limits")}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("limit")}</th>
                  <th scope="col" className="number">
                    {t("allowed")}
                  </th>
                  <th scope="col" className="number">
                    {t("refused")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {Object.entries(limits).map(([name, value]) => (
                  <tr key={name}>
                    <td>{spaced(name)}</td>
                    <td className="number">{typeof value === "number" ? t.number(value) : t("asSet")}</td>
                    <td className="number">{t.number(data.refused[snake(name)] ?? 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </section>
  );
}

const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
const spaced = (name: string) => snake(name).replaceAll("_", " ");

/** What is wider than a phone is scrolled, by keyboard too. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a region that scrolls, and no more of a section than that
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="scroll" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
