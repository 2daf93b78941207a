/* The keyboard, the dialogs and the live rows. Everything else is plain pages. */
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const openDialog = () => all("dialog[open]").at(-1);

/* Dialogs */

function open(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  const input = one("input", dialog);
  if (input) {
    input.value = "";
    input.focus();
    htmx.trigger(input, "opened");
  }
}

function ask(question) {
  const dialog = one("#confirm");
  one("#confirm-question").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  one("[data-answer]", dialog).focus();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const dialog = at("dialog");
  if (at("[data-opens]")) open(document.getElementById(at("[data-opens]").dataset.opens));
  else if (at("[data-closes]")) dialog.close();
  else if (at("[data-answer]")) dialog.close(at("[data-answer]").dataset.answer);
  else if (at("[data-dismiss]")) at(".notice").remove();
  else if (at("[data-toggle-menu]")) toggleMenu();
  else if (event.target === dialog && dialog.id !== "waiting") dialog.close();
  else if (at("[data-rows] tr") && !at("a, button, input, label") && !String(getSelection())) one(".open", at("tr"))?.click();
  for (const drop of all("[data-drop][open]")) if (!drop.contains(event.target)) drop.open = false;
});

function toggleMenu() {
  const shown = one("#menu").classList.toggle("open");
  one("[data-toggle-menu]").setAttribute("aria-expanded", shown);
  if (shown) one("#menu a").focus();
}

/* The foreground: a dialog that stands while a run is performed, and then says what came of it */

const waiting = () => one("#waiting");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "waiting" && event.detail.target.childElementCount && !waiting().open) waiting().showModal();
});
document.addEventListener("htmx:afterSettle", () => one("#waiting[open] [autofocus]")?.focus());
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    if (event.target.closest?.("[data-busy]")) one("#foreground-lost").hidden = false;
  });
}
document.addEventListener("cancel", (event) => {
  if (event.target.id === "waiting" && one("#foreground[data-busy]") && one("#foreground-lost").hidden) event.preventDefault();
}, true);

/* Forms: a question before what cannot be undone, and no second press while the first is on its way */

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.dataset.confirm || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(button.dataset.confirm)) {
    button.dataset.confirmed = "yes";
    button.form.requestSubmit(button);
  }
}, true);

/* What was typed and not saved is not left without a question; who is signed out meanwhile signs in again */

let unsaved = false;

document.addEventListener("input", (event) => { unsaved ||= Boolean(event.target.closest("[data-editing]")); });
document.addEventListener("submit", () => { unsaved = false; });
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname === "/sign-in") {
    event.preventDefault();
    location.reload();
  }
});

/* Lists: choosing lines */

function countChosen() {
  for (const button of all("[data-needs-chosen]")) {
    const form = document.getElementById(button.dataset.needsChosen);
    button.disabled = !form || !all("[name=record]:checked").some((box) => box.form === form);
  }
}

let kept = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  kept = all("[name=record]:checked", event.detail.target).map((box) => box.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of kept) {
    const box = document.getElementById(id);
    if (box) box.checked = true;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose-all]")) {
    for (const box of all("[name=record]", event.target.closest("table"))) box.checked = event.target.checked;
  }
  countChosen();
});

/* Keys */

const shortcuts = {
  "alt+q": () => open(one("#tell-me")),
  "alt+n": () => one("[aria-keyshortcuts='Alt+N']")?.click(),
  "ctrl+s": () => one("[aria-keyshortcuts='Control+S']")?.click(),
  f2: () => one("[aria-keyshortcuts='F2']")?.click(),
  f3: () => one("[data-search]")?.focus(),
};

function nameOf(event) {
  const key = event.altKey && event.code.startsWith("Key") ? event.code.slice(3) : event.key;
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "") + key.toLowerCase();
}

document.addEventListener("keydown", (event) => {
  const name = nameOf(event);
  if (event.defaultPrevented || event.isComposing) return;
  const action = openDialog() ? null : shortcuts[name];
  if (action) {
    event.preventDefault();
    action();
  } else if (one("#tell-me[open]")) moveInFindings(event);
  else if (name === "escape" && !openDialog()) leave(event);
  else if (!openDialog()) moveInList(event);
});

function leave(event) {
  const drop = one("[data-drop][open]");
  const search = event.target.closest?.("[data-search]");
  if (drop) {
    drop.open = false;
    one("summary", drop).focus();
  } else if (one("#menu.open")) toggleMenu();
  else if (search?.value) {
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (search) one("[data-rows] .open")?.focus();
  else one("[data-back]")?.click();
}

function moveInList(event) {
  const row = event.target.closest?.("[data-rows] tr");
  const rows = all("[data-rows] tr", row ? row.closest("[data-rows]") : one("[data-rows]") ?? document.createElement("div"));
  const typing = event.target.matches?.("select, textarea, input:not([type=checkbox])");
  const here = rows.indexOf(row);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (event.key === " " && row && event.target.matches(".open")) {
    event.preventDefault();
    const box = one("[name=record]", row);
    if (box) box.click();
  } else if (to !== undefined && rows.length && (row || (event.key === "ArrowDown" && (!typing || event.target.matches("[data-search]"))))) {
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(to, rows.length - 1))];
    (one(".open", next) ?? one("a, input, button", next))?.focus();
  }
}

function moveInFindings(event) {
  const found = all("#tell-me-found [role=option]");
  const here = found.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "Enter" && found[here]) {
    event.preventDefault();
    found[here].click();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
    event.preventDefault();
    const next = found[(here + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length];
    for (const option of found) option.ariaSelected = String(option === next);
    next.scrollIntoView({ block: "nearest" });
    one("#tell-me input").setAttribute("aria-activedescendant", next.id);
  }
}

/* Live rows: what changed asks for itself anew; what no page shows yet makes the lists of its kind ask */

let news = null;
let position = "";

function follow() {
  news?.close();
  if (document.hidden) return;
  news = new EventSource(`${document.body.dataset.live}?since=${encodeURIComponent(position)}`);
  news.addEventListener("change", (event) => {
    position = event.lastEventId;
    const [kind] = event.data.split(":");
    const shown = all(`[data-live~="${event.data}"]`);
    for (const element of shown.length ? shown : all(`[data-live-new="${kind}"]`)) htmx.trigger(element, "live");
    for (const element of all(`[data-live-any], [data-live-all~="${kind}"]`)) htmx.trigger(element, "live");
  });
  news.addEventListener("refresh", (event) => {
    position = event.lastEventId;
    for (const element of all("[data-live-new], [data-live-any], [data-live-all], [data-live]:not(tr, body)")) htmx.trigger(element, "live");
  });
  news.onerror = () => {
    if (news.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  };
}

/* A page in the background does not listen: a browser has few connections to spare. It catches up when it is seen. */
document.addEventListener("visibilitychange", () => { if (document.body.dataset.live) follow(); });

document.addEventListener("DOMContentLoaded", () => {
  if (document.body.dataset.live) {
    position = document.body.dataset.liveSince;
    follow();
  }
  countChosen();
  (one(".errorlist ~ input, .wrong input, .wrong select") ?? one("[autofocus]"))?.focus();
});
document.addEventListener("htmx:afterSettle", (event) => {
  countChosen();
  if (event.target.id === "tell-me-found") {
    one("#tell-me input").setAttribute("aria-activedescendant", one("[role=option]", event.target)?.id ?? "");
  }
});
