// How much room the editor has: the split between statement and code, and the whole window.

const KEPT = "beginend:split";
const LEAST = 25;
const MOST = 70;

function remember(share: number): void {
  try {
    localStorage.setItem(KEPT, String(share));
  } catch {
    // A browser without storage begins in the middle each time.
  }
}

function remembered(): number | undefined {
  try {
    const share = Number(localStorage.getItem(KEPT) ?? Number.NaN);
    return Number.isFinite(share) && share >= LEAST && share <= MOST ? share : undefined;
  } catch {
    return undefined;
  }
}

/** Let a separator be dragged, or moved by the arrow keys. */
function movable(divider: HTMLElement, panes: HTMLElement): void {
  const set = (share: number): void => {
    const bounded = Math.round(Math.min(MOST, Math.max(LEAST, share)));
    panes.style.setProperty("--split", `${bounded}%`);
    divider.setAttribute("aria-valuenow", String(bounded));
  };
  const now = (): number => Number(divider.getAttribute("aria-valuenow"));
  set(remembered() ?? now());
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    event.preventDefault();
    divider.focus();
  });
  divider.addEventListener("pointermove", (event) => {
    if (divider.hasPointerCapture(event.pointerId)) {
      const { left, width } = panes.getBoundingClientRect();
      set(((event.clientX - left) / width) * 100);
    }
  });
  divider.addEventListener("pointerup", () => remember(now()));
  divider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowRight: 2, Home: LEAST - MOST, End: MOST - LEAST }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      set(now() + step);
      remember(now());
    }
  });
}

/** Give the editor the whole window, or give it back. */
function wide(button: HTMLElement, workspace: HTMLElement): void {
  button.addEventListener("click", () => {
    const full = workspace.classList.toggle("is-full");
    button.setAttribute("aria-pressed", String(full));
  });
}

/** Set up both, where the page has them. */
export function makeRoom(): void {
  const panes = document.querySelector<HTMLElement>(".panes");
  const divider = document.querySelector<HTMLElement>("[data-divider]");
  const workspace = document.querySelector<HTMLElement>(".ws");
  const button = document.querySelector<HTMLElement>("[data-full]");
  if (panes && divider) {
    movable(divider, panes);
  }
  if (workspace && button) {
    wide(button, workspace);
  }
}
