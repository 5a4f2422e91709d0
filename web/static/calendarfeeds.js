// The button that copies a calendar address; hidden where the browser lets nobody copy.
(() => {
  "use strict";
  const button = document.querySelector("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) return;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.querySelector("span").textContent = button.dataset.done;
    } catch {
      field.select();
    }
  });
})();
