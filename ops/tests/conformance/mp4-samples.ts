// Reads the samples of fragmented MP4 (ISO/IEC 14496-12, -15). Written apart from transcoding/fmp4, so that a fault there is not repeated here.

export interface InitTrack {
  id: number;
  kind: "video" | "audio" | "other";
  timescale: number;
  /** RFC 6381. */
  codec: string;
  width: number;
  height: number;
  /** Bytes of a NAL unit's length; 0: no AVC. */
  nalLengthBytes: number;
  defaults: { duration: number; size: number; flags: number };
}

/** Times in ticks of the track. */
export interface Sample {
  decodeTime: number;
  presentationTime: number;
  duration: number;
  /** The flags call it a sync sample. */
  sync: boolean;
  /** AVC: it holds an IDR picture. Null: not AVC. */
  idr: boolean | null;
}

export interface Run {
  track: InitTrack;
  samples: Sample[];
}

class Reading {
  readonly view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  *boxes(from: number, to: number): Generator<{ type: string; from: number; to: number; at: number }> {
    for (let at = from; at + 8 <= to; ) {
      const type = String.fromCharCode(...this.bytes.subarray(at + 4, at + 8));
      const long = this.view.getUint32(at) === 1;
      const size = long ? Number(this.view.getBigUint64(at + 8)) : this.view.getUint32(at);
      if (size < 8 || at + size > to) throw new Error(`the box ${type} of ${size} bytes does not fit`);
      yield { type, from: at + (long ? 16 : 8), to: at + size, at };
      at += size;
    }
  }

  find(from: number, to: number, ...path: string[]) {
    let range = { from, to };
    for (const type of path) {
      const found = [...this.boxes(range.from, range.to)].find((box) => box.type === type);
      if (!found) return null;
      range = found;
    }
    return range;
  }

  need(from: number, to: number, ...path: string[]) {
    const found = this.find(from, to, ...path);
    if (!found) throw new Error(`the box ${path.join("/")} is missing`);
    return found;
  }
}

/** Tracks of an init segment. Throws what is wrong with it. */
export function readInit(bytes: Uint8Array): InitTrack[] {
  const file = new Reading(bytes);
  const moov = file.need(0, bytes.length, "moov");
  const tracks = [...file.boxes(moov.from, moov.to)]
    .filter(({ type }) => type === "trak")
    .map(({ from, to }) => readTrack(file, from, to));
  const mvex = file.need(moov.from, moov.to, "mvex");
  for (const { type, from } of file.boxes(mvex.from, mvex.to)) {
    if (type !== "trex") continue;
    const at = (index: number) => file.view.getUint32(from + 4 + index * 4);
    const track = tracks.find(({ id }) => id === at(0));
    if (track) track.defaults = { duration: at(2), size: at(3), flags: at(4) };
  }
  return tracks;
}

function readTrack(file: Reading, from: number, to: number): InitTrack {
  const { view, bytes } = file;
  const tkhd = file.need(from, to, "tkhd");
  const mdhd = file.need(from, to, "mdia", "mdhd");
  const hdlr = file.need(from, to, "mdia", "hdlr");
  const stsd = file.need(from, to, "mdia", "minf", "stbl", "stsd");
  const handler = String.fromCharCode(...bytes.subarray(hdlr.from + 8, hdlr.from + 12));
  const [entry] = [...file.boxes(stsd.from + 8, stsd.to)];
  if (!entry) throw new Error("a track without sample entry");
  const track: InitTrack = {
    id: view.getUint32(tkhd.from + (bytes[tkhd.from] === 1 ? 20 : 12)),
    kind: handler === "vide" ? "video" : handler === "soun" ? "audio" : "other",
    timescale: view.getUint32(mdhd.from + (bytes[mdhd.from] === 1 ? 20 : 12)),
    codec: entry.type,
    width: 0,
    height: 0,
    nalLengthBytes: 0,
    defaults: { duration: 0, size: 0, flags: 0 },
  };
  if (track.kind === "video") {
    track.width = view.getUint16(entry.from + 24);
    track.height = view.getUint16(entry.from + 26);
    const avcC = file.find(entry.from + 78, entry.to, "avcC");
    if (avcC) {
      track.codec += `.${Buffer.from(bytes.subarray(avcC.from + 1, avcC.from + 4)).toString("hex")}`;
      track.nalLengthBytes = (bytes[avcC.from + 4]! & 3) + 1;
    }
  } else if (entry.type === "mp4a") track.codec = soundCodec(file, entry.from + 28, entry.to);
  return track;
}

/** `mp4a.40.2`: object type of the DecoderConfigDescriptor, and audio object type of the AudioSpecificConfig (ISO/IEC 14496-1, -3). */
function soundCodec(file: Reading, from: number, to: number): string {
  const esds = file.need(from, to, "esds");
  const { bytes } = file;
  let at = esds.from + 4;
  const open = (tag: number) => {
    if (bytes[at] !== tag) throw new Error(`esds: tag ${bytes[at]} instead of ${tag}`);
    at++;
    while (bytes[at]! & 0x80) at++;
    at++;
  };
  open(3);
  at += 3;
  open(4);
  const objectType = bytes[at]!;
  at += 13;
  open(5);
  const first = bytes[at]! >> 3;
  const audioObjectType = first === 31 ? 32 + (((bytes[at]! & 7) << 3) | (bytes[at + 1]! >> 5)) : first;
  return `mp4a.${objectType.toString(16)}.${audioObjectType}`;
}

/** Runs of samples in the order of the bytes. Throws what is wrong with them. */
export function readRuns(bytes: Uint8Array, tracks: InitTrack[]): Run[] {
  const file = new Reading(bytes);
  const runs: Run[] = [];
  for (const moof of file.boxes(0, bytes.length)) {
    if (moof.type !== "moof") continue;
    for (const traf of file.boxes(moof.from, moof.to))
      if (traf.type === "traf") runs.push(...readTrackRuns(file, moof.at, traf, tracks));
  }
  return runs.filter(({ samples }) => samples.length > 0);
}

function readTrackRuns(file: Reading, moofAt: number, traf: { from: number; to: number }, tracks: InitTrack[]): Run[] {
  const { view, bytes } = file;
  const tfhd = file.need(traf.from, traf.to, "tfhd");
  const tfdt = file.need(traf.from, traf.to, "tfdt");
  const track = tracks.find(({ id }) => id === view.getUint32(tfhd.from + 4));
  if (!track) throw new Error(`samples of an unknown track ${view.getUint32(tfhd.from + 4)}`);
  const headFlags = view.getUint32(tfhd.from) & 0xffffff;
  if (!(headFlags & 0x20000) || headFlags & 1) throw new Error("a traf whose base is not its moof");
  let at = tfhd.from + 8 + (headFlags & 2 ? 4 : 0);
  const own = (flag: number, or: number) => {
    if (!(headFlags & flag)) return or;
    at += 4;
    return view.getUint32(at - 4);
  };
  const defaults = {
    duration: own(0x8, track.defaults.duration),
    size: own(0x10, track.defaults.size),
    flags: own(0x20, track.defaults.flags),
  };
  let time = bytes[tfdt.from] === 1 ? Number(view.getBigInt64(tfdt.from + 4)) : view.getUint32(tfdt.from + 4);
  const runs: Run[] = [];
  let dataAt = moofAt;
  for (const trun of file.boxes(traf.from, traf.to)) {
    if (trun.type !== "trun") continue;
    const flags = view.getUint32(trun.from) & 0xffffff;
    const count = view.getUint32(trun.from + 4);
    let field = trun.from + 8;
    const next = (signed = false) => {
      field += 4;
      return signed ? view.getInt32(field - 4) : view.getUint32(field - 4);
    };
    if (flags & 1) dataAt = moofAt + next(true);
    const firstFlags = flags & 4 ? next() : null;
    const samples: Sample[] = [];
    for (let n = 0; n < count; n++) {
      const duration = flags & 0x100 ? next() : defaults.duration;
      const size = flags & 0x200 ? next() : defaults.size;
      const sampleFlags = flags & 0x400 ? next() : n === 0 && firstFlags !== null ? firstFlags : defaults.flags;
      const offset = flags & 0x800 ? next(bytes[trun.from] !== 0) : 0;
      if (dataAt + size > bytes.length) throw new Error("a sample lies outside of its fragment");
      samples.push({
        decodeTime: time,
        presentationTime: time + offset,
        duration,
        sync: (sampleFlags & 0x10000) === 0,
        idr: track.nalLengthBytes > 0 ? hasIdr(bytes.subarray(dataAt, dataAt + size), track.nalLengthBytes) : null,
      });
      time += duration;
      dataAt += size;
    }
    runs.push({ track, samples });
  }
  return runs;
}

/** ITU-T H.264 §7.4.1: NAL unit type 5. */
function hasIdr(sample: Uint8Array, lengthBytes: number): boolean {
  for (let at = 0; at + lengthBytes < sample.length; ) {
    let size = 0;
    for (let n = 0; n < lengthBytes; n++) size = size * 256 + sample[at + n]!;
    if ((sample[at + lengthBytes]! & 31) === 5) return true;
    at += lengthBytes + size;
  }
  return false;
}
