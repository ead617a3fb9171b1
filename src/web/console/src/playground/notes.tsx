import type { CarillonEvent } from "@carillon/client";
import { useCarillon, useLiveQuery } from "@carillon/react";
import { Pencil, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { company, Loading, Problem, refusal, useArrivals } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";
import { span } from "./clock.ts";
import type { Took } from "./times.ts";

export interface Note {
  id: string;
  text: string;
  done: boolean;
  author: string;
  updated_at: string;
}

export type NoteEvent = CarillonEvent<string, { key: { id: string }; row?: Note; truncated?: true }>;

const KEY = ["playground", "notes"];
const idOf = (note: Note) => note.id;
const newest = (one: Note, other: Note) => other.id.length - one.id.length || (one.id < other.id ? 1 : -1);

export function useNotes() {
  const client = useCarillon();
  return useLiveQuery<readonly Note[], NoteEvent>({
    channel: "notes",
    queryKey: KEY,
    read: async () => {
      const outcome = await client.request<{ notes: Note[] }>({ path: "/api/demo/notes" });
      if (!outcome.ok) throw new Error(outcome.error.message);
      return { data: outcome.value.body.notes.sort(newest), cursor: outcome.value.cursor };
    },
    on: {
      "note.deleted": {
        patch: {
          keys: KEY,
          with: (notes: readonly Note[], { data }: NoteEvent) => notes.filter(note => note.id !== data.key.id),
        },
      },
      "*": {
        patch: {
          keys: KEY,
          with: (notes: readonly Note[], { data: { row } }: NoteEvent) =>
            row ? [...notes.filter(note => note.id !== row.id), row].sort(newest) : notes,
        },
        invalidate: ({ data }: NoteEvent) => (data.row ? null : KEY),
      },
    } as never,
  });
}

interface NotesProps {
  tenant: string;
  took: ReadonlyMap<string, Took>;
  /** Notes when a write was asked for, by its `ref`. */
  pressed: (ref: string) => void;
}

/** Rows of `demo.note`. What is written here changes the screen when its event comes, not before: that is what it shows. */
export function Notes({ tenant, took, pressed }: NotesProps) {
  const t = useT();
  const client = useCarillon();
  const toasts = useToasts();
  const { data, refused } = useNotes();
  const shown = useArrivals(data, idOf);
  const write = async (method: "POST" | "PATCH" | "DELETE", id: string | null, body?: unknown) => {
    const ref = crypto.randomUUID?.() ?? String(Math.random());
    pressed(ref);
    const path = id === null ? "/api/demo/notes" : `/api/demo/notes/${id}`;
    const outcome = await client.request({ method, path, ref, ...(body !== undefined && { body }) });
    if (!outcome.ok) toasts.failed(refusal(outcome));
    return outcome.ok;
  };
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("text"));
    form.reset();
    if (!(await write("POST", null, { text }))) (form.elements.namedItem("text") as HTMLInputElement).value ||= text;
  };
  return (
    <section className="card notes" aria-labelledby="notes">
      <div className="row wrap between">
        <h2 id="notes">{t("notesOf", { tenant: company(tenant) })}</h2>
        <span className="muted">{t("notesNote", { n: data?.length ?? 0 })}</span>
      </div>
      <Problem error={refused} />
      <form className="row" onSubmit={add} autoComplete="off">
        <input
          name="text"
          className="grow"
          aria-label={t("newNote")}
          placeholder={t("newNote")}
          maxLength={500}
          required
        />
        <button type="submit" className="primary">
          {t("write")}
        </button>
      </form>
      {!data && !refused && <Loading />}
      {data?.length === 0 && <p className="muted">{t("noNotes")}</p>}
      <ul aria-label={t("notesOf", { tenant: company(tenant) })}>
        {shown.map(({ row, fresh, leaving }) => (
          <li key={row.id} className={leaving ? "leave" : fresh ? "arrive" : ""} inert={leaving}>
            <Line note={row} took={took.get(row.id)} write={write} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  note: Note;
  took: Took | undefined;
  write: (method: "PATCH" | "DELETE", id: string, body?: unknown) => Promise<boolean>;
}

function Line({ note, took, write }: LineProps) {
  const t = useT();
  const [editing, edit] = useState(false);
  if (editing) return <Editor note={note} write={write} close={() => edit(false)} />;
  return (
    <div className="note" data-done={note.done}>
      <input
        type="checkbox"
        checked={note.done}
        aria-label={t("noteDone", { text: note.text })}
        onChange={event => void write("PATCH", note.id, { done: event.target.checked })}
      />
      <div className="grow">
        <div className="text">{note.text}</div>
        <small className="muted">
          {note.author} · {t.time(note.updated_at)}
          {took && (
            <>
              {" · "}
              <b className="good">
                {took.click !== null
                  ? t("afterClick", { span: span(took.click) })
                  : took.age > 3_000
                    ? t("caughtUp", { span: span(took.age) })
                    : t("afterWritten", { span: span(took.age) })}
              </b>
            </>
          )}
        </small>
      </div>
      <button type="button" className="icon" aria-label={`${t("edit")}: ${note.text}`} onClick={() => edit(true)}>
        <Pencil size={17} aria-hidden />
      </button>
      <button
        type="button"
        className="icon"
        aria-label={`${t("remove")}: ${note.text}`}
        onClick={() => void write("DELETE", note.id)}
      >
        <Trash2 size={17} aria-hidden />
      </button>
    </div>
  );
}

function Editor({ note, write, close }: Omit<LineProps, "took"> & { close: () => void }) {
  const t = useT();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text"));
    if (await write("PATCH", note.id, { text })) close();
  };
  return (
    <form
      className="row wrap note"
      onSubmit={submit}
      onKeyDown={event => {
        if (event.key === "Escape") close();
      }}
    >
      <input
        name="text"
        className="grow"
        aria-label={t("noteText")}
        defaultValue={note.text}
        maxLength={500}
        required
        ref={input => input?.focus()}
      />
      <button type="submit" className="primary">
        {t("save")}
      </button>
      <button type="button" onClick={close}>
        {t("cancel")}
      </button>
    </form>
  );
}
