// Comfort for authors: files dropped onto their form, and a threshold that is dragged in its chart.
//
// Both only move what the form holds already: a file field, and a range field, which is the control that counts.

/** A form that takes a file dropped anywhere on it. */
function acceptDrops(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  const said = form.querySelector("[data-drop-said]");
  if (!field) {
    return;
  }
  let depth = 0;
  const over = (change: number): void => {
    depth = Math.max(0, depth + change);
    form.classList.toggle("is-over", depth > 0);
  };
  form.addEventListener("dragenter", (event) => {
    event.preventDefault();
    over(1);
  });
  form.addEventListener("dragleave", () => over(-1));
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const files = event.dataTransfer?.files;
    const first = files?.[0];
    if (files?.length === 1 && first) {
      field.files = files;
      if (said) {
        said.textContent = first.name;
      }
      if (form.hasAttribute("data-send")) {
        form.requestSubmit();
      }
    }
  });
}

/** The chart of a calibration follows the range field, and the grip moves the field. */
function follow(form: HTMLFormElement): void {
  const range = form.querySelector<HTMLInputElement>("input[type=range]");
  const chart = form.querySelector<SVGSVGElement>("svg[data-low]");
  const grip = chart?.querySelector<SVGGElement>("[data-grip]");
  if (!range || !chart || !grip) {
    return;
  }
  const low = Number(chart.dataset["low"]);
  const high = Number(chart.dataset["high"]);
  const left = 44;
  const right = 744;
  const draw = (): void => {
    const value = Number(range.value);
    grip.setAttribute("transform", `translate(${left + ((value - low) / (high - low)) * (right - left)} 0)`);
    for (const bar of chart.querySelectorAll<SVGRectElement>("rect[data-middle]")) {
      const below = Number(bar.dataset["middle"]) < value;
      bar.setAttribute("class", below ? "bar-f" : "bar-n");
    }
  };
  const place = (event: PointerEvent): void => {
    const matrix = chart.getScreenCTM();
    if (!matrix) {
      return;
    }
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    range.value = String(low + ((at.x - left) / (right - left)) * (high - low));
    range.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const box = chart.parentElement;
  const show = (): void => {
    if (box && box.scrollWidth > box.clientWidth) {
      const middle = grip.getBoundingClientRect().left - box.getBoundingClientRect().left - box.clientWidth / 2;
      box.scrollLeft += middle;
    }
  };
  show();
  range.addEventListener("input", draw);
  range.addEventListener("change", show);
  grip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    place(event);
  });
  grip.addEventListener("pointermove", (event) => {
    if (grip.hasPointerCapture(event.pointerId)) {
      place(event);
    }
  });
  grip.addEventListener("pointerup", (event) => {
    grip.releasePointerCapture(event.pointerId);
    range.focus();
  });
  chart.classList.add("can-drag");
}

document.querySelectorAll<HTMLFormElement>("form[data-drop]").forEach(acceptDrops);
document.querySelectorAll<HTMLFormElement>("form[data-threshold]").forEach(follow);
