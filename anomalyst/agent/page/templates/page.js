/* What the cards do: open the proof of a sentence, light up a finding on the picture, compare observed and expected, copy.
   The chat replaces its messages as they grow, so nothing is bound to an element: all is heard at the document. */
(() => {
  "use strict";

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const card = (node) => node.closest(".an-card");
  const before = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

  /* The cards that belong together: those of the same run; a reply without pictures goes with the last ones above it. */
  function same(node) {
    const own = card(node);
    const all = [...document.querySelectorAll(".an-card[data-run]")];
    const cards = own.dataset.run ? all.filter((other) => other.dataset.run === own.dataset.run) : [own];
    if (!own.matches(".an-reply") || cards.some((one) => one.querySelector(".an-marks"))) return cards;
    const above = all.filter((other) => before(other, own) && !other.matches(".an-reply"));
    return [...cards, ...above.slice(-1)];
  }
  const each = (cards, selector, act) => cards.forEach((one) => one.querySelectorAll(selector).forEach(act));

  /* Which findings are asked for: by open proofs, by pressed outlines, by pressed names. */
  function light(node) {
    const cards = same(node);
    const open = new Set();
    const pressed = new Set();
    each(cards, '.an-chip[aria-expanded="true"][data-region]', (chip) => open.add(chip.dataset.region));
    each(cards, '.an-marks [aria-pressed="true"]', (mark) => pressed.add(mark.dataset.region));
    const lit = new Set([...open, ...pressed]);
    each(cards, "[data-region]:not(.an-chip)", (mark) => mark.classList.toggle("is-lit", lit.has(mark.dataset.region)));
    each(cards, ".an-id", (name) => name.setAttribute("aria-pressed", String(lit.has(name.dataset.show))));
    each(cards, "li[data-about]", (said) => {
      said.classList.toggle("is-lit", said.dataset.about.split(" ").some((region) => pressed.has(region)));
    });
    plots(cards, lit);
  }

  /* The plot of a series is a message of its own, whose shapes carry the findings' names: it tells its run, or else goes
     with the card above it. */
  function plots(cards, lit) {
    const all = [...document.querySelectorAll(".an-card[data-run]:not(.an-reply, .an-alpha)")];
    document.querySelectorAll(".js-plotly-plot").forEach((plot) => {
      const run = plot.layout?.meta?.run;
      const mine = run ? cards.some((one) => one.dataset.run === run) : cards.includes(all.filter((one) => before(one, plot)).at(-1));
      if (!mine) return;
      plot.querySelectorAll(".shapelayer path[data-index]").forEach((shape) => {
        shape.classList.toggle("is-lit", lit.has(plot.layout.shapes[Number(shape.dataset.index)]?.name));
      });
    });
  }

  const marks = (node, region) => same(node).flatMap((one) =>
    [...one.querySelectorAll(".an-marks [data-region]")].filter((mark) => mark.dataset.region === region));

  /* Brings a finding into view, unless the eye would lose what was clicked. */
  function show(node, region, anyway) {
    const mark = marks(node, region)[0];
    if (!mark) return;
    const picture = mark.closest("figure");
    const from = node.getBoundingClientRect();
    const to = picture.getBoundingClientRect();
    const together = Math.max(from.bottom, to.bottom) - Math.min(from.top, to.top) < innerHeight;
    if (anyway || together) picture.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  function prove(chip) {
    const opens = chip.getAttribute("aria-expanded") !== "true";
    const said = chip.closest("li");
    const proof = said.querySelector(".an-proof");
    said.querySelectorAll(".an-chip[aria-expanded]").forEach((other) => other.setAttribute("aria-expanded", "false"));
    chip.setAttribute("aria-expanded", String(opens));
    proof.hidden = !opens;
    proof.querySelectorAll("dl[data-fact]").forEach((fact) => { fact.hidden = fact.dataset.fact !== chip.dataset.fact; });
    light(chip);
    if (opens) {
      proof.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
      if (chip.dataset.region) show(chip, chip.dataset.region, false);
    }
  }

  function press(node, region) {
    const found = marks(node, region);
    const on = !found.some((mark) => mark.getAttribute("aria-pressed") === "true");
    each(same(node), ".an-marks [aria-pressed]", (mark) => {
      mark.setAttribute("aria-pressed", String(on && mark.dataset.region === region));
    });
    light(node);
    return on;
  }

  function compare(frame, share) {
    const at = Math.round(Math.min(100, Math.max(0, share)));
    frame.style.setProperty("--at", `${at}%`);
    const slider = frame.parentElement.querySelector(".an-slide input");
    if (!slider) return;
    slider.value = at;
    slider.setAttribute("aria-valuetext", slider.dataset.said.replace("{at}", at).replace("{rest}", 100 - at));
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {  /* no clipboard outside of https and localhost: the old way */
      const area = Object.assign(document.createElement("textarea"), { value: text });
      area.style.cssText = "position:fixed;opacity:0";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const said = button.querySelector("span");
    said.dataset.said ??= said.textContent;
    said.textContent = button.dataset.copied;
    setTimeout(() => { said.textContent = said.dataset.said; }, 2000);
  }

  let dragged = false;
  document.addEventListener("click", (event) => {
    const node = event.target instanceof Element ? event.target : null;
    if (!node?.closest(".an-card")) return;
    const chip = node.closest(".an-chip[data-fact]");
    const mark = node.closest(".an-marks [data-region]");
    const name = node.closest("[data-show]");
    const button = node.closest("[data-copy]");
    if (chip) prove(chip);
    else if (mark && !dragged) press(mark, mark.dataset.region);
    else if (name?.matches(".an-id")) { if (press(name, name.dataset.show)) show(name, name.dataset.show, false); }
    else if (name) show(name, name.dataset.show, true);
    else if (button) copy(button);
  });

  document.addEventListener("keydown", (event) => {
    const node = event.target instanceof Element ? event.target : null;
    if (!node?.closest(".an-card")) return;
    if ((event.key === "Enter" || event.key === " ") && node.matches(".an-marks [data-region]")) {
      event.preventDefault();
      press(node, node.dataset.region);
    } else if (event.key === "Escape") {
      const open = node.closest("li")?.querySelector('.an-chip[aria-expanded="true"]');
      if (open) { prove(open); open.focus(); }
    }
  });

  document.addEventListener("input", (event) => {
    const slider = event.target instanceof Element ? event.target.closest(".an-slide input") : null;
    if (slider) compare(slider.closest(".an-stage").querySelector(".an-frame"), Number(slider.value));
  });

  let dragging = null;
  document.addEventListener("pointerdown", (event) => {
    const frame = event.target instanceof Element ? event.target.closest(".an-frame[data-compare]") : null;
    dragged = false;
    dragging = frame && event.button === 0 ? { frame, x: event.clientX } : null;
  });
  document.addEventListener("pointermove", (event) => {
    if (!dragging || (!dragged && Math.abs(event.clientX - dragging.x) < 5)) return;
    dragged = true;
    const box = dragging.frame.getBoundingClientRect();
    compare(dragging.frame, (100 * (event.clientX - box.left)) / box.width);
  });
  for (const over of ["pointerup", "pointercancel"]) document.addEventListener(over, () => { dragging = null; });
})();
