// Floods of joins: A-13.

import { ChatClient } from "../../support/chat-client.ts";
import { type Attack, mustHold } from "../attack.ts";
import { compare, runFlood } from "../flood-cost.ts";

const SECONDS = 5;
const AT_ONCE = 40;

export const floodAttacks: Attack[] = [
  floodOf("join", "one address that joins without end is refused, and others are served", { addresses: 1 }),
  floodOf("churn", "300 addresses that join and leave cannot slow others down", { addresses: 300 }),
  floodOf("rooms", "joins to 10 000 channels that are not there cannot slow others down", { addresses: 300 }),
];

function floodOf(kind: string, name: string, { addresses }: { addresses: number }): Attack {
  return {
    id: "A-13",
    name,
    slow: true,
    atLeast: 500,
    async run(stage, tally) {
      const { system, anna } = stage;
      const member = await ChatClient.join({ url: system.url, channel: anna.login, token: anna.accessToken });
      const words = [anna.login, kind, String(addresses), String(SECONDS), String(AT_ONCE)];
      const flood = (url: string) => runFlood("join-flood.ts", [url, ...words]);
      const { floods, faults, summary } = await compare(stage, { bare: "refuses", flood });
      for (const { sent, answers } of floods) {
        tally.sent(sent);
        for (const [what, times] of Object.entries(answers)) tally.answered(what, times);
      }
      const refused = tally.count(429) + tally.count("close 4029") + tally.count(503);
      if (kind === "join" && refused === 0) faults.push("one address was never refused");
      if (kind === "rooms" && tally.count(404) + refused === 0) faults.push("no room was missing");
      const said = await member.sayPatiently("still here");
      if (said.type !== "said") faults.push(`a line after it: ${said.code}`);
      await member.leave();
      mustHold(faults);
      return summary;
    },
  };
}
