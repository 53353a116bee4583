// What moderators note about a person, and do about all they said. Each says what was done, but for what is seen at once.

import type { NoteView, SuspicionView } from "#schema/api/room-people.ts";
import { call } from "../session.ts";
import { isolated } from "../ui/isolated-name.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/moderation.ts";

/** Logins. */
interface Concerned {
  channel: string;
  person: string;
}

const pathOf = ({ channel, person }: Concerned) => `/channels/${channel}/chat/people/${person}`;

/** Throws ApiError, as all of these. */
export const addNote = ({ text, ...concerned }: Concerned & { text: string }) =>
  call<NoteView>(`${pathOf(concerned)}/notes`, { method: "POST", body: { text } });

export const deleteNote = ({ noteId, ...concerned }: Concerned & { noteId: string }) =>
  call(`${pathOf(concerned)}/notes/${noteId}`, { method: "DELETE", body: {} });

export async function setSuspicion({ isMarked, ...concerned }: Concerned & { isMarked: boolean }) {
  await call<SuspicionView>(`${pathOf(concerned)}/suspicion`, { method: isMarked ? "PUT" : "DELETE", body: {} });
  const name = isolated(concerned.person);
  showToast(isMarked ? words.suspected(name) : words.notSuspected(name), () =>
    setSuspicion({ ...concerned, isMarked: !isMarked }),
  );
}

export async function clearPerson(concerned: Concerned) {
  await call(`${pathOf(concerned)}/messages`, { method: "DELETE", body: {} });
  showToast(words.personCleared(isolated(concerned.person)));
}
