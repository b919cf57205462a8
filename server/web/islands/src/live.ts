// Live fragments: htmx with its server-sent-events extension, and a word when the connection is lost.

import htmx from "htmx.org";
import "htmx-ext-sse";
import { copyButtons } from "./copying";

const LOST = "data-connection-lost";

/** Show the line that says the page is offline, or hide it again. */
function sayConnection(lost: boolean): void {
  for (const line of document.querySelectorAll<HTMLElement>(`[${LOST}]`)) {
    line.hidden = !lost;
  }
}

copyButtons();
window.addEventListener("offline", () => sayConnection(true));
window.addEventListener("online", () => sayConnection(false));
htmx.on("htmx:sseError", () => sayConnection(true));
htmx.on("htmx:sendError", () => sayConnection(true));
htmx.on("htmx:sseOpen", () => sayConnection(false));
htmx.on("htmx:afterRequest", () => sayConnection(false));

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) {
    window.print();
  }
});
