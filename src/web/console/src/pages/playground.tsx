import { type Carillon, connect } from "@carillon/client";
import { CarillonProvider } from "@carillon/react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { FromAnywhere, HowLong, SideBySide } from "../playground/beside.tsx";
import { AnyChannel } from "../playground/channel.tsx";
import { Notes } from "../playground/notes.tsx";
import { Frames, tapped } from "../playground/tap.ts";
import { useTimes } from "../playground/times.ts";
import { Wire } from "../playground/wire.tsx";
import { type DemoUser, demoUsers, type Me, remembered, tokens } from "../session.ts";
import { PageHead } from "../ui/parts.tsx";

/** What the node offers to try: null where it is not in development. */
interface Stage {
  notes: boolean;
  psql: string | null;
}

function useStage() {
  return useQuery({
    queryKey: ["stage"],
    queryFn: async (): Promise<{ stage: Stage | null; users: DemoUser[] }> => {
      const answer = await fetch("/api/demo/stage", { cache: "no-store" });
      return answer.ok
        ? { stage: (await answer.json()) as Stage, users: (await demoUsers()) ?? [] }
        : { stage: null, users: [] };
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
  }).data;
}

/** A connection of this page alone, whose every message is shown. */
function useTapped(): { client: Carillon; frames: Frames } | null {
  const [opened, set] = useState<{ client: Carillon; frames: Frames } | null>(null);
  useEffect(() => {
    const credential = remembered();
    if (!credential) return;
    const frames = new Frames();
    const options = { token: tokens(credential), tabs: false, onFailure: () => {} } as const;
    const client = connect({ ...options, url: location.origin }, tapped(frames));
    set({ client, frames });
    return () => client.close();
  }, []);
  return opened;
}

export default function Playground() {
  const t = useT();
  const me = useMe();
  const known = useStage();
  const opened = useTapped();
  const [channel, setChannel] = useState<string | null>(null);
  if (!known || !opened) return null;
  const notes = known.stage?.notes === true;
  const shown = channel ?? (notes ? "notes" : "approvals");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wanted = String(new FormData(event.currentTarget).get("channel")).trim();
    if (wanted) setChannel(wanted);
  };
  return (
    <CarillonProvider client={opened.client}>
      <PageHead title={t("playground")} note={t(notes ? "playgroundNote" : "playgroundAway")}>
        <form className="row" onSubmit={submit}>
          <label className="unseen" htmlFor="follow">
            {t("channel")}
          </label>
          <input id="follow" name="channel" defaultValue={shown} maxLength={200} spellCheck={false} />
          <button type="submit">{t("follow")}</button>
        </form>
      </PageHead>
      {shown === "notes" && notes ? (
        <WithNotes me={me} stage={known.stage as Stage} users={known.users} frames={opened.frames} />
      ) : (
        <div className="columns">
          <div>
            <AnyChannel key={shown} channel={shown} />
          </div>
          <div>
            <Wire frames={opened.frames} />
          </div>
        </div>
      )}
    </CarillonProvider>
  );
}

function WithNotes({ me, stage, users, frames }: { me: Me; stage: Stage; users: DemoUser[]; frames: Frames }) {
  const times = useTimes();
  return (
    <div className="columns">
      <div>
        <Notes tenant={me.tenant} took={times.byNote} pressed={times.pressed} />
        <Wire frames={frames} />
      </div>
      <div>
        <FromAnywhere me={me} psql={stage.psql} />
        <HowLong times={times} />
        <SideBySide me={me} users={users} />
      </div>
    </div>
  );
}
