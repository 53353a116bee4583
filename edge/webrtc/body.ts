// Reads a request's body as text, with a limit of size and time while it arrives, whatever its headers claim.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";

/** Encoders wait 8 s for their answer. */
const READ_WITHIN_MS = 5_000;

interface TextBody {
  /** The content type, without parameters. */
  type: string;
  bytesMax: number;
  clock: Clock;
}

/** To be called before anything is looked up. Throws Refusal: `unsupported_media_type`; `too_large`, by the declared length. */
export function checkHead({ headers }: Request, { type, bytesMax }: Pick<TextBody, "type" | "bytesMax">) {
  const given = (headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (given !== type) throw new Refusal("unsupported_media_type", `the content type is ${type}`);
  if (Number(headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

/** Throws Refusal: `too_large`; `timeout` for a sender that is too slow. */
export async function readText({ body }: Request, { bytesMax, clock }: Omit<TextBody, "type">): Promise<string> {
  if (!body) return "";
  const reader = body.getReader();
  try {
    const late = () => new Refusal("timeout", `the body did not arrive within ${READ_WITHIN_MS / 1_000} s`);
    return await within(clock, READ_WITHIN_MS, read(reader, bytesMax), late);
  } catch (error) {
    void reader.cancel().catch(() => {}); // Nobody reads the rest.
    throw error;
  }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Refusal("timeout", "the body was cut off");
    });
    if (done) return Buffer.concat(chunks).toString("utf8");
    length += value.byteLength;
    if (length > bytesMax) throw tooLarge(bytesMax);
    chunks.push(value);
  }
}

const tooLarge = (bytesMax: number) => new Refusal("too_large", `a body has at most ${bytesMax} bytes here`);
