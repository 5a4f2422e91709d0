// The calendar's two ways of moving a post: the mouse (or a long press) drags it to another day, and its button opens a dialog.
// Both send the same form that works without us; the answer draws the calendar anew, and focus goes to the moved post.
(() => {
  "use strict";
  const calendar = () => document.getElementById("calendar");
  const dialog = () => document.getElementById("move");
  const inside = () => document.getElementById("move-inside");
  let opener = null;

  // A window as narrow as a telephone begins with the list, unless a view was asked for.
  const narrow = document.documentElement.querySelector("[data-unasked]") && window.matchMedia("(max-width: 40rem)").matches;
  if (narrow) window.location.replace(document.querySelector("[data-unasked]").dataset.unasked);

  const send = (method, address, values) => {
    // Dragging leaves empty style attributes, and carrying one over to what is drawn anew would break the page's own policy.
    calendar().querySelectorAll("[style]").forEach((each) => each.removeAttribute("style"));
    return window.htmx.ajax(method, address, { source: document.body, target: "#move-inside", swap: "none", values });
  };

  // What the answer was shows in what was drawn: the calendar with its moved post, or the form that says why not.
  const look = (before) => {
    if (calendar() !== before) {
      if (dialog().open) dialog().close();
      arm();
      (calendar().querySelector("[data-moved] > a") || document.getElementById("undo") || calendar().querySelector("h1 + *"))?.focus();
      return "moved";
    }
    if (!inside().childElementCount) return "nothing";
    if (!dialog().open) dialog().showModal();
    (inside().querySelector(".refused, ds-error-summary") || inside().querySelector("input[type=date]"))?.focus();
    return "asked";
  };

  // The page to return to is the calendar as it stands; it is told once, and not on every button.
  const moving = (link) => {
    const address = new URL(link.href);
    address.searchParams.set("back", calendar().dataset.back);
    return address;
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("#calendar [data-move]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    opener = link.getAttribute("href");
    const before = calendar();
    inside().replaceChildren();
    const address = moving(link);
    await send("GET", address.pathname + address.search);
    look(before);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("#move form[data-in-place], #calendar form[data-in-place]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const before = calendar();
    await send("POST", form.getAttribute("action"), Object.fromEntries(new FormData(form, event.submitter)));
    look(before);
  }, true);

  // A dialog that is closed without a move gives focus back to the button that opened it.
  const closed = () => {
    inside().replaceChildren();
    if (opener && (!document.activeElement || document.activeElement === document.body)) {
      calendar().querySelector(`[data-move][href="${CSS.escape(opener)}"]`)?.focus();
    }
  };

  const drop = async (event) => {
    const { item, from, to, oldIndex } = event;
    if (from === to) return;
    const before = calendar();
    const link = item.querySelector("[data-move]");
    opener = link.getAttribute("href");
    item.setAttribute("aria-busy", "true");
    inside().replaceChildren();
    const address = moving(link);
    const time = item.querySelector("b").textContent.trim();
    await send("POST", address.pathname, { day: to.dataset.day, time, back: address.searchParams.get("back") });
    if (look(before) !== "moved") {
      item.removeAttribute("aria-busy");
      from.insertBefore(item, from.children[oldIndex] || null);
    }
  };

  const arm = () => {
    calendar().querySelectorAll("[data-move]").forEach((link) => { link.title = link.getAttribute("aria-label"); });
    calendar().querySelectorAll(".entry > a:first-child").forEach((link) => {
      link.draggable = false;
      // What does not fit stands in the tooltip: the channel, and the title without its language.
      link.title = [link.querySelector("i").textContent, link.querySelector("p + p").lastChild.textContent.trim()].join("\n");
    });
    calendar().querySelectorAll(".entries").forEach((list) => {
      window.Sortable.create(list, {
        group: "days",
        sort: false,
        draggable: "[data-movable]",
        delay: 150,
        delayOnTouchOnly: true,
        animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        ghostClass: "leaving",
        onStart: () => calendar().toggleAttribute("data-dragging", true),
        onEnd: (event) => {
          calendar().removeAttribute("data-dragging");
          drop(event);
        },
      });
    });
  };

  const begin = () => {
    if (!calendar() || !window.htmx || !window.Sortable) return;
    dialog().addEventListener("close", closed);
    arm();
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();
})();
