// What to set in OBS.

const OBS_SETTINGS = [
  { where: "Settings → Stream", what: "Service: Custom. Paste the server and stream key from this page." },
  {
    where: "Settings → Output",
    what: "Encoder: x264 (or your graphics card's H.264). Rate control CBR, 2 500–6 000 kbit/s.",
  },
  { where: "Keyframe interval", what: "2 s. A longer interval delays the start and the picture." },
  { where: "Tune", what: "zerolatency shortens the delay by about half a second." },
  { where: "Audio", what: "AAC, 128–160 kbit/s." },
  { where: "Start Streaming", what: "The panel above turns green by itself." },
];

export const ObsSettings = () => (
  <section class="panel" aria-labelledby="recipe-head">
    <h2 id="recipe-head">Settings for OBS</h2>
    <ol class="recipe">
      {OBS_SETTINGS.map(({ where, what }) => (
        <li key={where}>
          <strong>{where}</strong>
          <span>{what}</span>
        </li>
      ))}
    </ol>
  </section>
);
