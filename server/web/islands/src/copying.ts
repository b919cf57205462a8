// A button on each block of code in a statement that copies it.

function buttonFor(block: HTMLElement, copy: string, copied: string): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-quiet copy";
  button.textContent = copy;
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(block.innerText).then(() => {
      button.textContent = copied;
      window.setTimeout(() => {
        button.textContent = copy;
      }, 2000);
    });
  });
  return button;
}

/** Buttons that copy the page's own address, which stays for good. */
function linkButtons(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy-link]") : null;
    const label = button?.querySelector("span");
    if (button && label) {
      void navigator.clipboard.writeText(location.origin + location.pathname).then(() => {
        label.textContent = button.dataset["copied"] ?? "";
      });
    }
  });
}

/** Add the buttons, where the browser has a clipboard to copy to. */
export function copyButtons(): void {
  if (!navigator.clipboard) {
    return; // a page that did not come by https
  }
  linkButtons();
  for (const statement of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    const { copy = "", copied = "" } = statement.dataset;
    for (const block of statement.querySelectorAll<HTMLElement>("pre.block")) {
      const frame = document.createElement("div");
      frame.className = "copyable";
      block.replaceWith(frame);
      frame.append(block, buttonFor(block, copy, copied));
    }
  }
}
