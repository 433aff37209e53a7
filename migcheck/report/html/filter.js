"use strict";
// Search and filter, kept in the address so that a link shows the same; links into what is closed or hidden.
// The page is whole without it.
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("filter");
  if (!form) return;
  const query = $("q");
  const chips = [...form.querySelectorAll("[data-verdict]")];
  const sections = [...document.querySelectorAll("#results > section")].map((element) => ({
    element,
    verdict: element.dataset.verdict,
    cases: [...element.querySelectorAll("article")].map(caseOf),
  }));
  const total = sections.reduce((sum, section) => sum + section.cases.reduce((n, each) => n + each.rows.length, 0), 0);

  function text(element, selector) {
    return [...element.querySelectorAll(selector)].map((each) => each.textContent).join("\n");
  }

  function caseOf(element) {
    const title = text(element, ":scope > h3, :scope > .title");
    const name = text(element, ":scope > h3");
    const rows = [...element.querySelectorAll(":scope > .row, :scope > ul > li")].map((row) => {
      const own = row.tagName === "DETAILS" ? text(row, ":scope > summary, .leaf, .cause .name") : row.textContent;
      const cell = row.querySelector("summary > code")?.textContent ?? row.firstChild?.textContent.trim() ?? "";
      return { row, words: `${title}\n${own}\n${name}${cell}`.toLowerCase() };
    });
    return { element, rows };
  }

  function apply() {
    const terms = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.verdict));
    let shown = 0;
    for (const section of sections) {
      let some = false;
      const wanted = !verdicts.size || verdicts.has(section.verdict);
      for (const each of section.cases) {
        let here = 0;
        for (const { row, words } of each.rows) {
          row.hidden = !(wanted && terms.every((term) => words.includes(term)));
          if (!row.hidden) here += 1;
        }
        each.element.hidden = !here;
        shown += here;
        some ||= here > 0;
      }
      section.element.hidden = !some;
    }
    $("shown").textContent = shown === total ? `${total} shown` : `${shown} of ${total} shown`;
    return verdicts;
  }

  function write(verdicts) {
    const state = new URLSearchParams();
    if (query.value) state.set("q", query.value);
    if (verdicts.size) state.set("verdict", [...verdicts].join(","));
    const hash = state.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function press(verdicts) {
    for (const chip of chips) chip.setAttribute("aria-pressed", String(verdicts.includes(chip.dataset.verdict)));
  }

  function read() {
    const hash = location.hash.slice(1);
    const target = document.getElementById(hash);
    if (target) return reveal(target);
    const state = new URLSearchParams(hash.includes("=") ? hash : "");
    query.value = state.get("q") ?? "";
    press((state.get("verdict") ?? "").split(","));
    return apply();
  }

  function reveal(target) {
    if (target.closest("[hidden]")) {
      query.value = "";
      press([]);
    }
    apply();
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", () => write(apply()));
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      write(apply());
    });
  }
  addEventListener("hashchange", read);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && (typing || document.activeElement === document.body)) {
      query.value = "";
      write(apply());
    }
  });

  // With what failed its programs open.
  for (const row of document.querySelectorAll("[data-verdict=mismatch] details.row, [data-verdict=error] details.row")) {
    row.addEventListener("toggle", () => {
      const programs = row.parentElement.querySelector(":scope > .programs");
      if (programs && row.open) programs.open = true;
    });
  }

  const rows = () => [...document.querySelectorAll("details.row")].filter((row) => !row.closest("[hidden]"));
  const button = $("open");
  button.addEventListener("click", () => {
    const open = button.textContent === "Open all";
    for (const row of rows()) row.open = open;
    button.textContent = open ? "Close all" : "Open all";
  });

  // Printed is what failed, open; what was closed is closed again.
  let opened = [];
  addEventListener("beforeprint", () => {
    const failing = '[data-verdict="mismatch"] details, [data-verdict="error"] details, [data-verdict="stale"] details';
    opened = [...document.querySelectorAll(failing)].filter((each) => !each.open);
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });

  for (const code of document.querySelectorAll("code.copy")) {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "plain";
    copy.textContent = "Copy";
    copy.setAttribute("aria-label", "Copy the command");
    copy.addEventListener("click", () => {
      const done = () => {
        copy.textContent = "Copied";
        setTimeout(() => (copy.textContent = "Copy"), 1500);
      };
      navigator.clipboard?.writeText(code.textContent).then(done, () => getSelection().selectAllChildren(code));
    });
    code.after(" ", copy);
  }
  read();
})();
