// Users that the asker has blocked (`/api/v1/me/blocks`).

import { type Static, t } from "elysia";
import { emptyBody, page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, moment, pageOf } from "./shapes.ts";
import { person } from "./user.ts";

export const blockAnswer = answer("Block", { ...person, since: moment });
export type BlockView = Static<typeof blockAnswer>;

export const listBlocks = route("GET /api/v1/me/blocks", {
  access: "signed-in",
  scope: "profile:read",
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(blockAnswer) },
  summary: "List the users that I have blocked",
});

export const addBlock = route("PUT /api/v1/me/blocks/:login", {
  access: "signed-in",
  scope: "profile:write",
  limit: "write",
  body: emptyBody,
  answers: { 204: null },
  codes: ["too_many"],
  summary: "Block a user",
});

export const removeBlock = route("DELETE /api/v1/me/blocks/:login", {
  access: "signed-in",
  scope: "profile:write",
  limit: "write",
  answers: { 204: null },
  summary: "Unblock a user",
});
