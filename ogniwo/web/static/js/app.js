/* Comfort only: every page works without this file. No inline code anywhere (strict CSP). */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const inField = (element) => element.matches("input, textarea, select, [contenteditable]");

  /* after a failed form the summary gets the focus */
  const focusErrors = () => one(".errors[tabindex]")?.focus();

  /* copy buttons: <button data-copy="text">, data-copy-from="id of a field", or both */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    event.preventDefault();
    const field = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
    const text = button.dataset.copy ?? field?.value ?? "";
    try {
      await navigator.clipboard.writeText(text);
      say(button.dataset.done);
    } catch {
      field?.select();
    }
  });

  const say = (text) => {
    const place = one("#said");
    if (!place || !text) return;
    place.textContent = text;
    place.hidden = false;
    setTimeout(() => (place.hidden = true), 4000);
  };

  /* a toast goes away after 8 s, unless somebody is on it */
  const startToasts = () => {
    for (const toast of document.querySelectorAll(".toast:not(#said)")) {
      const check = () => {
        if (toast.matches(":hover, :focus-within")) setTimeout(check, 2000);
        else toast.remove();
      };
      setTimeout(check, 8000);
    }
  };

  /* a form is sent once: the button says it is busy, a second click does nothing */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });

  /* choices that send their form at once: <select data-submit> */
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
  });

  /* keys: "/" and Ctrl K search everywhere; J, K, Enter walk the rows of the console */
  const rows = () => [...document.querySelectorAll(".rows .row, .table tbody th[scope=row] a")];
  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    all[Math.min(Math.max(at + step, 0), all.length - 1)].focus();
  };
  /* rows that can be accepted: Enter accepts the one walked to, X ticks it */
  const onRow = (event) => {
    const row = event.target.closest("tr[data-accept]");
    if (!row || !event.target.matches("th a")) return;
    event.preventDefault();
    if (event.key === "x") one("input[type=checkbox]", row)?.click();
    else one("[data-accept-button]", row)?.click();
  };

  /* how many rows are ticked, and what they come to */
  const tally = () => {
    const ticked = [...document.querySelectorAll("[data-tally] [data-grosze]:checked")];
    const sum = ticked.reduce((total, box) => total + Number(box.dataset.grosze), 0);
    const place = one("[data-sum]");
    if (!place) return;
    const language = document.documentElement.lang || "pl";
    one("[data-count]").textContent = ticked.length;
    const shape = { style: "currency", currency: "PLN", useGrouping: "always" };
    place.textContent = (sum / 100).toLocaleString(language, shape);
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tally] [data-grosze]")) tally();
  });
  window.addEventListener("pageshow", tally);

  document.addEventListener("keydown", (event) => {
    const search = one('.side .find input[type="search"]');
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && search) {
      event.preventDefault();
      search.focus();
      return;
    }
    if (event.ctrlKey && event.key === "Enter" && event.target.form) {
      event.target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (document.body.classList.contains("console") && document.body.dataset.keys !== "off") {
      if (event.key === "j") walk(1);
      if (event.key === "k") walk(-1);
      if (event.key === "x" || event.key === "Enter") onRow(event);
    }
  });

  /* htmx: a thin bar after 200 ms, a sentence when there is no network */
  let busy;
  document.addEventListener("htmx:before:request", () => {
    busy = setTimeout(() => (document.documentElement.dataset.busy = ""), 200);
  });
  const free = () => {
    clearTimeout(busy);
    delete document.documentElement.dataset.busy;
  };
  document.addEventListener("htmx:finally:request", free);
  document.addEventListener("htmx:error", () => {
    free();
    say(document.body.dataset.offline);
  });
  document.addEventListener("htmx:after:swap", () => {
    focusErrors();
    startToasts();
  });

  focusErrors();
  startToasts();
})();
