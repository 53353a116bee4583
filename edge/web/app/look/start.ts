// The script in the HTML of every page: shows the kept look before anything is painted. Built alone, see server/build.ts.

import { keptLook, showLook } from "./look.ts";

showLook(keptLook());
