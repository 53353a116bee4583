// Settings files of an OBS 29 that streams a coloured scene with a text.

/** File texts by path below `obs-studio/`. */
export function obsProfile({ server, key }: { server: string; key: string }): Record<string, string> {
  return {
    "global.ini": ini({
      General: { FirstRun: true, LastVersion: VERSION, EnableAutoUpdates: false, InfoIncrement: 100_000 },
      Basic: { Profile: "Live", ProfileDir: "Live", SceneCollection: "Live", SceneCollectionFile: "Live" },
      BasicWindow: { SysTrayEnabled: false, PreviewEnabled: false },
      // When enabled it listens on all interfaces.
      OBSWebSocket: { FirstLoad: false, ServerEnabled: false, AlertsEnabled: false },
    }),
    "basic/profiles/Live/basic.ini": ini({
      General: { Name: "Live" },
      Video: { BaseCX: WIDTH, BaseCY: HEIGHT, OutputCX: WIDTH, OutputCY: HEIGHT, FPSType: 0, FPSCommon: 30 },
      Output: { Mode: "Simple", Reconnect: true, RetryDelay: 2, MaxRetries: 5 },
      SimpleOutput: {
        VBitrate: 2_500,
        ABitrate: 128,
        StreamEncoder: "x264",
        Preset: "veryfast",
        UseAdvanced: true,
        x264Settings: "keyint=60 bframes=2",
      },
      Audio: { SampleRate: 48_000, ChannelSetup: "Stereo" },
    }),
    "basic/profiles/Live/service.json": JSON.stringify({
      type: "rtmp_custom",
      settings: { server, key, use_auth: false, bwtest: false },
    }),
    "basic/scenes/Live.json": JSON.stringify(scenes()),
  };
}

const WIDTH = 1280;
const HEIGHT = 720;
/** 29.0.2, as OBS writes it. */
const VERSION = 486_539_266;

function ini(sections: Record<string, Record<string, string | number | boolean>>) {
  return Object.entries(sections)
    .flatMap(([name, values]) => [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ""])
    .join("\n");
}

function scenes() {
  return {
    name: "Live",
    current_scene: "Scene",
    current_program_scene: "Scene",
    current_transition: "Fade",
    scene_order: [{ name: "Scene" }],
    sources: [
      source("Color", "color_source", "color_source_v3", { color: 4_294_940_160, width: WIDTH, height: HEIGHT }),
      source("Text", "text_ft2_source", "text_ft2_source_v2", {
        font: { face: "DejaVu Sans", flags: 0, size: 96, style: "Book" },
        text: "OBS IS LIVE",
      }),
      source("Scene", "scene", "scene", {
        custom_size: false,
        id_counter: 2,
        items: [item("Color", 1, { x: 0, y: 0 }), item("Text", 2, { x: 200, y: 300 })],
      }),
    ],
  };
}

const source = (name: string, id: string, versioned_id: string, settings: object) => ({
  name,
  id,
  versioned_id,
  settings,
  prev_ver: VERSION,
  enabled: true,
  mixers: 0,
  volume: 1.0,
});

const item = (name: string, id: number, pos: { x: number; y: number }) => ({
  name,
  id,
  pos,
  align: 5,
  visible: true,
  locked: false,
  rot: 0.0,
  scale: { x: 1.0, y: 1.0 },
  bounds: { x: 0.0, y: 0.0 },
  bounds_align: 0,
  bounds_type: 0,
});
