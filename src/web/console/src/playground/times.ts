import { useChannel } from "@carillon/react";
import { useEffect, useRef, useState } from "react";
import { compare, now, precise } from "./clock.ts";
import type { NoteEvent } from "./notes.tsx";

/** How long a row took to this screen, since it was written and since the click that wrote it; milliseconds. */
export interface Took {
  age: number;
  click: number | null;
}

export interface Times {
  byNote: ReadonlyMap<string, Took>;
  /** The last ones, oldest first. */
  ages: readonly number[];
  click: number | null;
  /** Of the clock, against the database's; null: not compared. */
  doubt: number | null;
  pressed: (ref: string) => void;
}

const KEPT = 40;

export function useTimes(): Times {
  const [shown, set] = useState<Omit<Times, "pressed" | "doubt">>({ byNote: new Map(), ages: [], click: null });
  const [clock, setClock] = useState<{ ahead: number; doubt: number } | null>(null);
  const clicks = useRef(new Map<string, number>());
  const ahead = clock?.ahead ?? 0;
  useEffect(() => {
    let gone = false;
    compare().then(
      compared => gone || setClock(compared),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, []);
  useChannel<NoteEvent>("notes", {
    events: events =>
      set(known => {
        const byNote = new Map(known.byNote);
        let { ages, click } = known;
        for (const { at, ref, data } of events) {
          const age = at ? Math.max(0, now() + ahead - precise(at)) : 0;
          const began = ref === undefined ? undefined : clicks.current.get(ref);
          const took = { age, click: began === undefined ? null : performance.now() - began };
          byNote.set(data.key.id, took);
          ages = [...ages, age].slice(-KEPT);
          click = took.click ?? click;
        }
        return { byNote, ages, click };
      }),
  });
  return {
    ...shown,
    doubt: clock?.doubt ?? null,
    pressed: ref => {
      clicks.current.set(ref, performance.now());
      if (clicks.current.size > KEPT) clicks.current.delete(clicks.current.keys().next().value as string);
    },
  };
}
