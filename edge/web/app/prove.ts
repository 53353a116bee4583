// Answers a challenge of a server that is flooded with some work of this computer. Loaded when one comes.

import type { Problem } from "#schema/api/problem.ts";
import type { Proof } from "#schema/wire/proof.ts";
import { solve } from "../../client/proof.ts";
import { ApiError } from "./api.ts";
import { after } from "./clock.ts";

type Challenge = NonNullable<Problem["challenge"]>;

async function prove({ challenge, bits }: Challenge): Promise<Proof> {
  const rest = () => new Promise<void>((resolve) => after(0, resolve));
  return { challenge, solution: await solve(challenge, bits, rest) };
}

/** Of a chat. A socket that has closed meanwhile takes nothing. */
export async function answer(socket: Pick<WebSocket, "send">, challenge: Challenge) {
  socket.send(JSON.stringify({ type: "proof", ...(await prove(challenge)) }));
}

/** Sends a call again that was refused because a proof is missing. Rethrows any other error. */
export async function again<Value>(error: unknown, send: (proof: Proof) => Promise<Value>): Promise<Value> {
  const challenge = error instanceof ApiError ? error.more.challenge : undefined;
  if (!challenge) throw error;
  return send(await prove(challenge));
}
