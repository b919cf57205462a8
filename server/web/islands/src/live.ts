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
htmx.on("htmx:afterRequest", (event) => {
  sayConnection(false);
  const { successful, target } = (event as CustomEvent<{ successful?: boolean; target?: Element }>).detail;
  const refusal = document.getElementById("refusal");
  if (successful && refusal && target !== refusal) {
    refusal.replaceChildren(); // what was refused before has been done by now
  }
});

// A page that was open while its person signed in anew is told the token that holds now.
htmx.on("fresh-token", (event) => {
  const token = (event as CustomEvent<{ value: string }>).detail.value;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
  for (const field of document.querySelectorAll<HTMLInputElement>("input[name=csrf]")) {
    field.value = token;
  }
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) {
    window.print();
  }
});
