// A post's page: counters that count as each channel does, copying by a press, and a question before typed words are left behind.
// Without it the page works: the server counts, and one copies by hand.
(() => {
  "use strict";
  const address = /https?:\/\/[^\s<>"]+/gi;
  const graphemes = "Segmenter" in Intl ? new Intl.Segmenter() : null;
  const plain = {
    "code points": (text) => [...text].length,
    "utf-16 units": (text) => text.length,
    graphemes: (text) => (graphemes ? [...graphemes.segment(text)].length : [...text].length),
  };
  const count = (text, counting, weight) => {
    const measure = plain[counting] || plain["code points"];
    if (weight === "") return measure(text);
    return measure(text.replace(address, "")) + (text.match(address) || []).length * Number(weight);
  };
  const recount = (field) => {
    document.querySelectorAll(`#counts-${CSS.escape(field.dataset.language)} li`).forEach((line) => {
      const used = count(field.value.trim(), line.dataset.counting, line.dataset.linkWeight);
      line.querySelector("b").textContent = String(used);
      line.toggleAttribute("data-over-limit", used > Number(line.dataset.room));
      line.querySelector("em").hidden = used <= Number(line.dataset.room);
    });
  };

  let typed = false;
  document.addEventListener("input", (event) => {
    if (event.target.form?.id === "post") typed = true;
    if (event.target.dataset?.language) recount(event.target);
  });
  document.addEventListener("submit", (event) => {
    const question = document.getElementById("post")?.dataset.unsaved;
    if (typed && question && event.target.id !== "post" && !window.confirm(question)) event.preventDefault();
  }, { capture: true });

  // A file that would be refused is not sent first.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.dataset?.mostBytes) return;
    const tooLarge = field.files[0]?.size > Number(field.dataset.mostBytes);
    document.getElementById(`${field.id}-too-large`).hidden = !tooLarge;
    if (tooLarge) field.value = "";
  });

  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      return;
    }
    const label = button.querySelector("span");
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 3000);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });

  const begin = () => {
    document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
    document.querySelectorAll("textarea[data-language]").forEach(recount);
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();
})();
