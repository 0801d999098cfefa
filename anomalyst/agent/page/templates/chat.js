/* Where the chat is scrolled to: to the newest step while the analyst works, to the head of an answer once it is there.
   Gradio's own way, always to the end, would leave the verdict out of sight. */
(() => {
  "use strict";

  let seen = "";
  let following = true;

  const log = () => document.querySelector("#conversation [role=log]");
  const away = (pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight;

  function settle() {
    const pane = log();
    const rows = pane ? [...pane.querySelectorAll(".message-row")] : [];
    const last = rows.at(-1);
    const answers = rows.filter((row) => row.querySelector(".an-card"));
    const now = `${answers.length} ${answers.at(-1)?.querySelector(".an-card:last-of-type")?.dataset.run}`;
    if (!last) { seen = ""; return; }
    if (last === answers.at(-1) && now !== seen) {
      seen = now;
      pane.scrollTop += last.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      following = false;
    } else if (last !== answers.at(-1) && following) {
      pane.scrollTop = pane.scrollHeight;
    }
  }

  /* Whoever scrolls back to read is left in peace; whoever is at the end, or sends something, is taken along. */
  document.addEventListener("scroll", (event) => {
    if (event.target === log()) following = away(event.target) < 80;
  }, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof Element && event.target.closest("#message")) following = true;
  }, true);

  function watch() {
    const chat = document.querySelector("#conversation");
    if (!chat) return false;
    new MutationObserver(settle).observe(chat, { childList: true, subtree: true });
    return true;
  }
  const waiting = new MutationObserver(() => { if (watch()) waiting.disconnect(); });
  waiting.observe(document, { childList: true, subtree: true });
})();
