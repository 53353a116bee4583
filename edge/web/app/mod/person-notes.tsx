// What the team has noted about the person that is open.

import { useSignal } from "@preact/signals";
import type { NoteView, PersonCardView } from "#schema/api/room-people.ts";
import { NOTE_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { addNote, deleteNote } from "../people/person-acts.ts";
import { whenText } from "../ui/dates.ts";
import { useForm } from "../ui/form.ts";
import { CloseIcon } from "../ui/icons.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";

interface NotesProps {
  card: PersonCardView;
  desk: Desk;
  onChanged(): void;
}

export function PersonNotes({ card: { user, notes }, desk, onChanged }: NotesProps) {
  const concerned = { channel: desk.channel, person: user.login };
  const you = desk.room.you.value;
  const mayDelete = ({ by }: NoteView) => by?.id === you?.id || you?.roles.includes("broadcaster") === true;
  const remove = ({ id }: NoteView) =>
    desk.run(async () => {
      await deleteNote({ ...concerned, noteId: id });
      onChanged();
    });
  return (
    <>
      <h3>{words.notes}</h3>
      {notes.length === 0 ? <p class="muted">{words.noNotes}</p> : null}
      <ul class="mod-notes">
        {notes.map((note) => (
          <li key={note.id}>
            <p dir="auto">{note.text}</p>
            <p class="muted mod-note-by">{words.noteBy(note.by?.displayName ?? null, whenText(note.at))}</p>
            {mayDelete(note) ? (
              <button
                type="button"
                class="icon-button"
                disabled={!desk.canAct.value}
                aria-label={words.deleteNote(note.text)}
                title={words.deleteNoteShort}
                onClick={() => remove(note)}
              >
                <CloseIcon size="text" />
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <NewNote add={(text) => addNote({ ...concerned, text }).then(onChanged)} isOff={!desk.canAct.value} />
    </>
  );
}

function NewNote({ add, isOff }: { add(text: string): Promise<void>; isOff: boolean }) {
  const text = useSignal("");
  const form = useForm({
    check: () => ({ note: text.value.trim() === "" ? words.writeSomething : null }),
    async send() {
      await add(text.value.trim());
      text.value = "";
    },
  });
  return (
    <form class="stack" {...form.props}>
      <FormNotice form={form} />
      <TextArea
        id="mod-note"
        name="note"
        label={words.newNote}
        hint={words.newNoteHint}
        value={text}
        rows={2}
        maxLength={NOTE_LENGTH_MAX}
        error={form.errors.fields.note}
        dir="auto"
      />
      <Submit form={form} word={words.addNote} kind="" disabled={isOff || text.value.trim() === ""} />
    </form>
  );
}
