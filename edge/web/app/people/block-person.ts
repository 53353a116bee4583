// Blocks and unblocks a person, and says so.

import { isolated } from "../ui/isolated-name.ts";
import { showFailure, showToast } from "../ui/toast.ts";
import { words } from "../words/blocks.ts";
import { block, unblock } from "./blocks.ts";

export interface Blockable {
  /** Null: not known. */
  id: string | null;
  login: string;
  displayName: string;
}

/** Throws ApiError. */
export async function blockAloud(person: Blockable) {
  await block(person);
  showToast(words.blocked(isolated(person.displayName)), () => unblockAloud(person));
}

/** Throws ApiError. */
export async function unblockAloud(person: Blockable) {
  await unblock(person);
  showToast(words.unblocked(isolated(person.displayName)));
}

/** A failure is shown. */
export const blockPerson = (person: Blockable) => blockAloud(person).catch(showFailure);

/** A failure is shown. */
export const unblockPerson = (person: Blockable) => unblockAloud(person).catch(showFailure);
