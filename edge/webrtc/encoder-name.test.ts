import { expect, test } from "bun:test";
import { whipEncoderName } from "./encoder-name.ts";

test("programs are named as they name themselves", () => {
  for (const [agent, name] of [
    ["Mozilla/5.0 (OBS-Studio/32.1.0; Windows x86_64; en-US)", "OBS 32.1.0 (WHIP)"],
    ["Lavf/62.3.100", "FFmpeg (WHIP)"],
    ["GStreamer whipclientsink 1.24", "GStreamer 1.24 (WHIP)"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox 153 (WHIP)"],
    ["Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "Chrome 156 (WHIP)"],
    [
      "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
      "Safari 17 (WHIP)",
    ],
    ["", "WHIP"],
    ["<script>", "WHIP"],
  ] as const)
    expect([agent, whipEncoderName(agent)]).toEqual([agent, name]);
});
