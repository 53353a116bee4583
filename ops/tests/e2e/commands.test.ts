// The commands that talk to a running system: `npm run demo` and `npm run ops -- …` (contract §1).

import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { call, getChannel, register, signIn } from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { ChatClient } from "../support/chat-client.ts";
import { descendantsOf, survivors } from "../support/descendants.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const OPS = join(import.meta.dir, "../..");

let system: TestSystem;
beforeAll(async () => {
  system = await bootSystem();
});
afterAll(() => system?.stop());

const command = (file: string, ...words: string[]) =>
  Bun.spawn(dyingWithUs([process.execPath, join(OPS, file), ...words]), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });

async function outcome(child: ReturnType<typeof command>) {
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, text: (out + err).trim() };
}

/** Output of a command so far. */
function listening(output: ReadableStream<Uint8Array>): { text: string } {
  const said = { text: "" };
  const decoder = new TextDecoder();
  void (async () => {
    for await (const bytes of output) said.text += decoder.decode(bytes, { stream: true });
  })();
  return said;
}

test("the demo goes live, chats, uses the same account on its next run, and leaves nothing behind", async () => {
  for (const round of [1, 2]) {
    const demo = command("demo/main.ts", "--data", system.data);
    const said = listening(demo.stdout);
    await until("the demo to be live", async () => (await getChannel(system.url, "demo")).live?.phase === "live", {
      withinMs: 20_000,
    });
    const guest = await ChatClient.join({ url: system.url, channel: "demo" });
    await until(`a line in round ${round}`, () => guest.lines.some(({ user }) => user.login.startsWith("demo_")), {
      withinMs: 15_000,
    });
    await guest.leave();
    // The demo may check the channel later than this test does, and prints nothing when it is interrupted before that.
    await until("the demo to print where to watch", () => said.text.includes(`Watch ${system.url}/demo`));
    const family = descendantsOf(demo.pid);
    expect(family.some(({ command }) => command.startsWith("ffmpeg"))).toBe(true);
    demo.kill("SIGINT");
    expect(await demo.exited, await new Response(demo.stderr).text()).toBe(0);
    expect(survivors(family)).toEqual([]);
  }
});

test("grant gives and revokes a role, effective at the next sign-in", async () => {
  const person = await register(system.url);
  const role = async () => {
    const { accessToken } = await signIn(system.url, person);
    return (await call<{ role: string }>(`${system.url}/api/v1/me`, { token: accessToken })).role;
  };
  expect(await role()).toBe("user");
  for (const wanted of ["admin", "user"]) {
    const { code, text } = await outcome(
      command("operator/main.ts", "grant", person.login.toUpperCase(), wanted, "--data", system.data),
    );
    expect(code, text).toBe(0);
    expect(await role()).toBe(wanted);
  }
});

test("two-factor-off, also by its former name, lets a user without the authenticator sign in", async () => {
  const person = await register(system.url);
  const { accessToken: token, password } = person;
  const totp = `${system.url}/api/v1/me/totp`;
  const { secret } = await call<{ secret: string }>(totp, { token, body: { password } });
  const code = await new Authenticator(secret).nextCode();
  await call(`${totp}/confirm`, { token, body: { code } });
  await expect(signIn(system.url, person)).rejects.toThrow("otp_required");
  const off = (verb: string) => outcome(command("operator/main.ts", verb, person.login, "--data", system.data));
  expect((await off("two-factor-off")).text).toContain(`${person.login} signs in by password alone now`);
  const again = await signIn(system.url, person);
  expect(await call<object>(totp, { token: again.accessToken })).toMatchObject({
    enabled: false,
    recoveryCodesLeft: 0,
  });
  expect((await off("second-step-off")).text).toContain("has no two-factor sign-in");
});

test("wrong arguments are answered with the usage and exit 1", async () => {
  for (const words of [
    [],
    ["frob"],
    ["toString"],
    ["grant", "x"],
    ["grant", "x", "king"],
    ["grant", "nobody_here", "admin"],
    ["two-factor-off"],
    ["two-factor-off", "nobody_here"],
  ]) {
    const { code, text } = await outcome(command("operator/main.ts", ...words, "--data", system.data));
    expect(code, words.join(" ")).toBe(1);
    expect(text).toContain("usage: npm run ops -- <verb>");
  }
});

test("without a running system both commands say what to do", async () => {
  for (const [file, ...words] of [["demo/main.ts"], ["operator/main.ts", "grant", "x", "admin"]]) {
    const { code, text } = await outcome(command(file!, ...words, "--data", join(system.data, "nothing-here")));
    expect(code).toBe(1);
    expect(text).toContain("start it with `npm start`");
    expect(text.split("\n")).toHaveLength(1);
  }
});
