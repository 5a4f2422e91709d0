// The inbox and an enquiry's page: a word when something new has come, half-typed answers that outlive the page, and the name in the count.
// Without it the pages work: the server says what is new before it sends, and counts.
(() => {
  "use strict";

  // The list: say politely that something has come.
  const open = () => document.getElementById("inbox-open");
  let before = Number(open()?.dataset.open);
  const announce = () => {
    const now = Number(open()?.dataset.open);
    const news = document.getElementById("inbox-news");
    if (news && now > before) news.textContent = open().dataset.said;
    before = now;
  };

  // The talk: say that something new was written above the form.
  const compare = () => {
    const seen = document.getElementById("seen-revision"), now = document.getElementById("standing"), note = document.getElementById("newer-note");
    const shown = document.getElementById("shown-revision");
    if (shown && now) shown.value = now.dataset.revision; // what stands on the page can be settled as it stands
    if (seen && now && note) note.hidden = Number(now.dataset.revision) <= Number(seen.value);
  };
  document.addEventListener("htmx:after:swap", () => {
    announce();
    compare();
  });

  // While an answer is on its way, whoever wrote it waits: look more often.
  const LOOK_MS = 3000;
  setInterval(() => {
    const talk = document.getElementById("talk");
    if (!document.hidden && talk?.querySelector("[data-on-its-way]")) talk.dispatchEvent(new CustomEvent("soon"));
  }, LOOK_MS);

  // What is half typed lies in this tab until it is sent: a reload, or a look at another page, does not take it.
  const field = () => document.getElementById("answer");
  const keep = (key, text) => {
    try {
      text ? sessionStorage.setItem(key, text) : sessionStorage.removeItem(key);
    } catch {
      /* a browser that keeps nothing */
    }
  };
  const kept = (key) => {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  };
  document.addEventListener("input", (event) => {
    if (event.target.id === "answer") keep(event.target.dataset.kept, event.target.value);
  });

  // The name below the answer takes its room too.
  const makeRoom = () => {
    const sign = document.getElementById("sign"), line = document.querySelector("#counts-answer li");
    if (!sign || !line) return;
    line.dataset.limit ||= line.dataset.room;
    const name = sign.checked ? [...sign.dataset.signature].length + 2 : 0;
    line.dataset.room = String(Number(line.dataset.limit) - name);
    line.querySelector("[data-shown-room]").textContent = line.dataset.room;
    line.toggleAttribute("data-over-limit", Number(line.querySelector("b").textContent) > Number(line.dataset.room));
  };
  document.addEventListener("change", (event) => event.target.id === "sign" && makeRoom());

  const begin = () => {
    const text = field(), talk = document.getElementById("talk");
    if (text) {
      const found = kept(text.dataset.kept);
      if (found && !("typed" in text.dataset)) text.value = found;
      makeRoom();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (talk) keep(talk.dataset.kept, "");
    compare();
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();
})();
