// For tests: the Activation of an actor that consists only of its cell.

import type { Answer, AskContext } from "../actor/calls.ts";
import type { Activation } from "./activation.ts";

interface SmallCell<Message> {
  ask(message: Message, context: AskContext): Promise<Answer>;
  readonly idle: boolean;
  readonly savedVersion: number;
  suspend(): Promise<void>;
  resume(): void;
  close(how: "ask" | "kill"): Promise<void>;
}

/** `reads`: see Activation; by default no message only reads. */
export const activationOf = <Message>(
  cell: SmallCell<Message>,
  reads: (message: Message) => boolean = () => false,
): Activation => ({
  ask: (message, context) => cell.ask(message as Message, context),
  reads: (message) => reads(message as Message),
  get idleAtVersion() {
    return cell.idle ? cell.savedVersion : null;
  },
  suspend: () => cell.suspend(),
  resume: () => cell.resume(),
  stop: (how) => cell.close(how),
});
