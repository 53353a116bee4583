import { expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { INSTANCE_ID } from "#schema/wire/emotes.ts";
import { lineTokens } from "./line-tokens.ts";

const lookUps = {
  codesOf: async (id: string) => new Set(id === "c1" ? ["Wave"] : id === INSTANCE_ID ? ["Kappa"] : []),
  isPerson: async (login: string) => ["bob", "bob_", "alice"].includes(login),
};
const inLine = (body: string, channelId = "c1") => lineTokens(channelId, body, lookUps);

test("emotes are whole tokens in exact case, those of the channel or the instance", async () => {
  expect(await inLine("Wave Wave! wave Kappa  KappaWave")).toEqual({ emotes: ["Wave", "Kappa"], logins: [] });
  expect((await inLine("Wave Kappa", "c2")).emotes).toEqual(["Kappa"]);
});

test("people are named by the longest login, between what is no letter", async () => {
  expect((await inLine("hi @bob, and (＠Alice). @bob")).logins).toEqual(["bob", "alice"]);
  expect((await inLine("@bob_ @bobу mail@bob.example @nobody_here https://example.com/@alice")).logins).toEqual([
    "bob_",
  ]);
});

test("a line of many names has a few look-ups, and what cannot be looked up counts as words", async () => {
  let asked = 0;
  const counted = {
    codesOf: () => Promise.reject(new Refusal("unavailable")),
    isPerson: async () => {
      asked++;
      return true;
    },
  };
  const names = Array.from({ length: 40 }, (_, i) => `@person_${i}`).join(" ");
  expect(await lineTokens("c1", `${names} Kappa`, counted)).toMatchObject({ emotes: [] });
  expect(asked).toBe(10);
});
