// A few accounts that say a line now and then, over the same WebSocket as everybody.

import { type Account, register, signIn } from "#ops/tests/support/api.ts";
import { ChatClient } from "#ops/tests/support/chat-client.ts";

const NAMES = ["demo_mara", "demo_jonas", "demo_yuki"];
const LINES = [
  "hello from the demo",
  "the clock looks about right here",
  "that is under two seconds behind, nice",
  "who let the ball loose?",
  "open a second window and say something",
  "/me waves",
  "it plays on my phone too",
  "colours!",
  "try killing a node and keep watching",
  "is there a VOD of this clock?",
  "first time I see this in 720p",
  "A major, if anybody wonders",
];
const FIRST_LINE_MS = 2_000;
const PAUSE_MS = { least: 4_000, most: 9_000 };
const RETRY_MS = 3_000;

/** Signs in, or makes the account when there is none. Throws when the login belongs to somebody else. */
export async function ownAccount(url: string, account: { login: string; password: string }): Promise<Account> {
  return signIn(url, account).catch(() => register(url, account));
}

/** Chats until the returned function is called. Faults are waited out: the demo also runs while nodes are killed. */
export function chatter({
  url,
  channel,
  password,
}: {
  url: string;
  channel: string;
  password: string;
}): () => Promise<void> {
  const done = Promise.withResolvers<void>();
  let stopped = false;
  const clients = new Map<string, ChatClient>();

  const clientOf = async (login: string) => {
    const known = clients.get(login);
    if (known && !known.closed) return known;
    const { accessToken } = await ownAccount(url, { login, password });
    const client = await ChatClient.join({ url, channel, token: accessToken });
    clients.set(login, client);
    return client;
  };
  const pause = (ms: number) => Promise.race([Bun.sleep(ms), done.promise]);
  const talking = (async () => {
    await pause(FIRST_LINE_MS);
    for (let turn = 0; !stopped; turn++) {
      try {
        const client = await clientOf(NAMES[turn % NAMES.length]!);
        await client.say(LINES[turn % LINES.length]!);
        await pause(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
      } catch {
        await pause(RETRY_MS); // The edge is away for a moment.
      }
    }
  })();
  return async () => {
    stopped = true;
    done.resolve();
    await talking;
    await Promise.all([...clients.values()].filter(({ closed }) => !closed).map((client) => client.leave()));
  };
}
