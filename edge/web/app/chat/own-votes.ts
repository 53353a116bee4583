// What a person has voted for, kept while the tab lives: the server tells nobody.

import { signal } from "@preact/signals";
import type { PollView } from "#schema/api/polls.ts";
import { ApiError } from "../api.ts";
import { vote } from "../people/room-acts.ts";
import { keep, kept } from "../storage.ts";

const KEY = "votes";
const KEPT_MAX = 20;

/** The place of the choice by the poll's id; −1: they have voted, but not here. */
export const ownVotes = signal<Readonly<Record<string, number>>>(read());

function read(): Record<string, number> {
  const found = kept(KEY, "sessionStorage");
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(Object.entries(found).filter(([, choice]) => typeof choice === "number"));
}

function know(pollId: string, choice: number) {
  const entries = [...Object.entries(ownVotes.peek()), [pollId, choice] as const];
  ownVotes.value = Object.fromEntries(entries.slice(-KEPT_MAX));
  keep(KEY, ownVotes.peek(), "sessionStorage");
}

/** The poll after it. Throws ApiError; `already_voted` is remembered. */
export async function voteFor(call: { channel: string; pollId: string; choice: number }): Promise<PollView> {
  try {
    const poll = await vote(call);
    know(call.pollId, call.choice);
    return poll;
  } catch (error) {
    if (error instanceof ApiError && error.code === "already_voted") know(call.pollId, -1);
    throw error;
  }
}
