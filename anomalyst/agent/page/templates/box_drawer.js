/* A box on a picture: dragged with any pointer, or typed. `element`, `props` and `trigger` are given by gr.HTML. */
const part = (selector) => element.querySelector(selector);
const edges = () => [...element.querySelectorAll("[data-edge]")];  // the lower ones of all axes, then the upper ones
const limits = () => edges().slice(0, edges().length / 2).map((field) => Number(field.max));

function read() {
  const at = edges().map((field) => (field.value === "" ? NaN : Math.round(Number(field.value))));
  const [low, high, most] = [at.slice(0, at.length / 2), at.slice(at.length / 2), limits()];
  const good = at.length > 0 && low.every((edge, i) => edge >= 0 && edge < high[i] && high[i] <= most[i]);
  return good ? at : null;
}

function show() {
  const box = read();
  const rect = part(".an-rect");
  rect.hidden = !box;
  part('[data-do="mark"]').disabled = !box;
  if (!box) return;
  const [width, height] = limits();
  const axes = limits().length;
  const [left, right] = [box[0] / width, box[axes] / width];
  const [top, bottom] = axes > 1 ? [box[1] / height, box[axes + 1] / height] : [0, 1];
  Object.assign(rect.style, {
    left: `${100 * left}%`, width: `${100 * (right - left)}%`, top: `${100 * top}%`, height: `${100 * (bottom - top)}%`,
  });
}

function write(box) {
  edges().forEach((field, i) => { field.value = box ? box[i] : ""; });
  show();
}

function point(event) {
  const frame = part(".an-canvas").getBoundingClientRect();
  const share = (at, from, length) => Math.min(1, Math.max(0, (at - from) / length));
  return [share(event.clientX, frame.left, frame.width), share(event.clientY, frame.top, frame.height)];
}

let from = null;
element.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.target.closest(".an-canvas")) return;
  event.preventDefault();
  part(".an-canvas").focus({ preventScroll: true });  // so that Escape is heard here
  from = point(event);
  part(".an-canvas").setPointerCapture(event.pointerId);
});
element.addEventListener("pointermove", (event) => {
  if (!from) return;
  const to = point(event);
  const spans = limits().map((limit, i) => {
    const low = Math.min(limit - 1, Math.floor(Math.min(from[i], to[i]) * limit));
    return [low, Math.max(low + 1, Math.ceil(Math.max(from[i], to[i]) * limit))];
  });
  write([...spans.map(([low]) => low), ...spans.map(([, high]) => high)]);
});
for (const over of ["pointerup", "pointercancel"]) element.addEventListener(over, () => { from = null; });

element.addEventListener("input", show);
element.addEventListener("keydown", (event) => { if (event.key === "Escape") write(null); });
element.addEventListener("click", (event) => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (act === "clear") write(null);
  const box = act === "mark" ? read() : null;
  if (!box) return;
  const named = Object.fromEntries(edges().map((field, i) => [field.dataset.edge, box[i]]));
  props.value = JSON.stringify(named);
  trigger("submit", named);
});

/* Another picture: nothing is marked on it yet. */
new MutationObserver(() => write(null)).observe(element, { attributes: true, subtree: true, attributeFilter: ["data-stamp"] });
