// Reads the clients' frames of the chat WebSocket by their schemas, and names what is wrong with a malformed one.

import { getSchemaValidator, type TSchema } from "elysia";
import { type ClientFrame, clientFrames } from "#schema/api/chat-frames.ts";
import { FRAME_BYTES_MAX } from "#schema/wire/socket.ts";
import { isWellFormed } from "#schema/wire/unicode.ts";
import { isViewerName } from "#schema/wire/viewers.ts";
import { tokenIn } from "../identity/tokens/bearer.ts";

/** `mistake`: for the client's author. It repeats nothing of the frame but its type. */
type FrameRead = { frame: ClientFrame } | { mistake: string };

const KINDS = Object.keys(clientFrames)
  .join(", ")
  .replace(/, (\w+)$/, " or $1");
const TYPE_SHOWN_MAX = 40;

const readers = new Map(Object.entries(clientFrames).map(([type, schema]) => [type, frameReader(type, schema)]));

/** Unknown fields are ignored, and null counts as absent. */
export function readClientFrame(data: string | Uint8Array): FrameRead {
  if (typeof data !== "string") return { mistake: "a frame is text, not binary" };
  if (Buffer.byteLength(data) > FRAME_BYTES_MAX) return { mistake: `a frame has at most ${FRAME_BYTES_MAX} bytes` };
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return { mistake: "the frame is not JSON" };
  }
  if (typeof frame !== "object" || frame === null || Array.isArray(frame))
    return { mistake: "the frame is not a JSON object" };
  const { type } = frame as { type?: unknown };
  if (typeof type !== "string") return { mistake: `the frame has no type: a client sends ${KINDS}` };
  const read = readers.get(type);
  if (read) return read(frame);
  return { mistake: `unknown type ${JSON.stringify(type.slice(0, TYPE_SHOWN_MAX))}: a client sends ${KINDS}` };
}

function frameReader(type: string, { $id, ...schema }: TSchema): (given: object) => FrameRead {
  const validator = getSchemaValidator(schema as TSchema, { normalize: false });
  const names = Object.keys(schema.properties as object);
  return (given) => {
    const frame: Record<string, unknown> = {};
    for (const name of names) {
      const value = (given as Record<string, unknown>)[name];
      if (value === undefined || value === null) continue;
      // A body that is not well-formed has a refusal of its own.
      if (name !== "body" && !isWellFormed(value)) return { mistake: `${type}: ${name} must be well-formed Unicode` };
      frame[name] = value;
    }
    // It is only counted by.
    if (typeof frame.viewer !== "string" || !isViewerName(frame.viewer)) delete frame.viewer;
    if (!validator.Check(frame)) {
      const error = validator.Errors(frame).First();
      const field = error?.path.slice(1).replaceAll("/", ".") ?? "";
      return { mistake: `${type}: ${field} must be ${error?.schema.description ?? "different"}` };
    }
    if (typeof frame.token === "string") frame.token = tokenIn(frame.token);
    return { frame: frame as ClientFrame };
  };
}
