/* A box on a picture: dragged with any pointer, or typed. `element`, `props` and `trigger` are given by gr.HTML. */
const part = (selector) => element.querySelector(selector);
const edges = () => [...element.querySelectorAll("[data-edge]")];
const rows = () => part(".an-draw").dataset.kind === "series";
const size = () => [Number(part(".an-draw").dataset.width), Number(part(".an-draw").dataset.height)];

function read() {
  const box = Object.fromEntries(edges().map((field) => [field.dataset.edge, field.value === "" ? NaN : Math.round(Number(field.value))]));
  const [low, high] = rows() ? [[box.start], [box.stop]] : [[box.x0, box.y0], [box.x1, box.y1]];
  const limits = size();
  return low.every((edge, i) => edge >= 0 && edge < high[i] && high[i] <= limits[i]) ? box : null;
}

function show() {
  const box = read();
  const rect = part(".an-rect");
  rect.hidden = !box;
  part('[data-do="mark"]').disabled = !box;
  if (!box) return;
  const [width, height] = size();
  const [left, top, right, bottom] = rows() ? [box.start, 0, box.stop, height] : [box.x0, box.y0, box.x1, box.y1];
  Object.assign(rect.style, {
    left: `${(100 * left) / width}%`, width: `${(100 * (right - left)) / width}%`,
    top: `${(100 * top) / height}%`, height: `${(100 * (bottom - top)) / height}%`,
  });
}

function write(box) {
  edges().forEach((field) => { field.value = box ? box[field.dataset.edge] : ""; });
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
  const [width, height] = size();
  const span = (i, limit) => {
    const low = Math.min(limit - 1, Math.floor(Math.min(from[i], to[i]) * limit));
    return [low, Math.max(low + 1, Math.ceil(Math.max(from[i], to[i]) * limit))];
  };
  const [x0, x1] = span(0, width);
  const [y0, y1] = span(1, height);
  write(rows() ? { start: x0, stop: x1 } : { x0, y0, x1, y1 });
});
for (const over of ["pointerup", "pointercancel"]) element.addEventListener(over, () => { from = null; });

element.addEventListener("input", show);
element.addEventListener("keydown", (event) => { if (event.key === "Escape") write(null); });
element.addEventListener("click", (event) => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  if (act === "clear") write(null);
  const box = act === "mark" ? read() : null;
  if (!box) return;
  props.value = JSON.stringify(box);
  trigger("submit", box);
});

/* Another picture: nothing is marked on it yet. */
new MutationObserver(() => write(null)).observe(element, { attributes: true, subtree: true, attributeFilter: ["data-stamp"] });
