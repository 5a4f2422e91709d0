// The little that pages do by themselves: buttons that show they work, toasts that go away, focus that comes back after a swap,
// counters, and dialogs that open with the page. Everything works without it except what htmx does.
(() => {
  "use strict";
  window.dsWarnings = false;
  const said = (name) => document.body.dataset[name] || "";
  const toast = () => document.getElementById("toast");

  // A form that was sent shows it, and is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) return event.preventDefault();
    if (form.method === "dialog" || event.defaultPrevented || form.matches("[hx-post], [hx-get]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => free(form), 15000);
  });
  const free = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy"));
  };
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(free));

  // htmx: the pressed button is busy, and focus returns to where it was when its element was drawn anew.
  let lastFocus = null;
  document.addEventListener("htmx:before:request", (event) => {
    const pressed = document.activeElement;
    lastFocus = pressed?.id || pressed?.dataset?.focus || null;
    event.target.setAttribute?.("aria-busy", "true");
  });
  document.addEventListener("htmx:finally:request", (event) => event.target.removeAttribute?.("aria-busy"));
  document.addEventListener("htmx:after:swap", () => {
    start(document);
    if (!lastFocus || (document.activeElement && document.activeElement !== document.body)) return;
    const found = document.getElementById(lastFocus) || document.querySelector(`[data-focus="${CSS.escape(lastFocus)}"]`);
    found?.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:error", () => say(said("noAnswer"), "danger"));

  // Messages.
  const say = (text, tone = "info") => {
    const box = document.createElement("div");
    box.className = "ds-alert";
    box.dataset.color = tone;
    box.append(Object.assign(document.createElement("p"), { textContent: text }));
    toast()?.replaceChildren(box);
  };
  let leaving = 0;
  const watch = new MutationObserver(() => {
    clearTimeout(leaving);
    const shown = toast().firstElementChild;
    if (shown && shown.dataset.color !== "danger") leaving = setTimeout(() => toast().replaceChildren(), 10000);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open], [popover]:popover-open")) toast()?.replaceChildren();
  });

  // Counters: our own, since platforms count differently and Designsystemet's takes aria-invalid away.
  const length = (text) => [...text].length;
  const count = (field) => {
    const shown = document.getElementById(`${field.id}-counter`);
    const left = Number(field.dataset.counter) - length(field.value);
    if (!shown || Number.isNaN(left)) return;
    shown.textContent = (left < 0 ? shown.dataset.over : shown.dataset.left).replace("%d", String(Math.abs(left)));
    shown.toggleAttribute("data-over-limit", left < 0);
  };
  document.addEventListener("input", (event) => event.target.matches?.("[data-counter]") && count(event.target));

  // Designsystemet may clear aria-invalid while it wires a field; what the server said stands until one types.
  const keepInvalid = (root) => root.querySelectorAll("[data-field=validation]").forEach((message) => {
    message.closest("ds-field")?.querySelector(".ds-input")?.setAttribute("aria-invalid", "true");
  });

  const start = (root) => {
    root.querySelectorAll("[data-counter]").forEach(count);
    root.querySelectorAll("dialog[data-open]:not([open])").forEach((dialog) => dialog.showModal());
    keepInvalid(root);
  };
  const begin = () => {
    if (toast()) watch.observe(toast(), { childList: true });
    start(document);
    requestAnimationFrame(() => keepInvalid(document));
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();
})();
