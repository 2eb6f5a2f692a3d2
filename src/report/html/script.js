// The page is complete without this script. It adds a search box, and sorts the rows.
"use strict";

(() => {
  /** The pause after the last key before the rows are searched, in milliseconds. */
  const PAUSE = 120;

  /** The columns that are sorted with the smallest first at the first click. */
  const ASCENDING = new Set(["place", "example", "first", "last"]);

  const search = document.querySelector("input[type=search]");
  const fold = document.querySelector("#fold");
  const status = document.querySelector("[role=status]");
  const tables = [...document.querySelectorAll("main table")];
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);

  /** The texts of the rows in small letters, once they are needed. */
  const texts = new Map();

  function textOf(row) {
    let text = texts.get(row);
    if (text === undefined) {
      const codes = [...row.querySelectorAll("code")];
      text = codes.map((code) => code.textContent).join("\n").toLowerCase();
      texts.set(row, text);
    }
    return text;
  }

  function isInView(row) {
    return row.closest(fold?.checked ? ".u" : ".f") === null;
  }

  function showStatus() {
    const inView = rows.filter(isInView);
    const left = inView.filter((row) => !row.hidden).length.toLocaleString("en");
    const all = inView.length.toLocaleString("en");
    const noun = inView.length === 1 ? "pattern" : "patterns";
    status.textContent = search.value === "" ? `${all} ${noun}` : `${left} of ${all} ${noun}`;
  }

  function find() {
    const wanted = search.value.toLowerCase();
    for (const row of rows) {
      const isHidden = wanted !== "" && !textOf(row).includes(wanted);
      if (row.hidden !== isHidden) {
        row.hidden = isHidden;
      }
    }
    showStatus();
  }

  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      clearTimeout(timer);
      search.value = "";
      find();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  fold?.addEventListener("change", showStatus);

  function sort(table, header, direction) {
    const { key } = header.dataset;
    const valueOf = key === "example"
      ? (row) => row.querySelector("code").textContent
      : (row) => Number(row.dataset[key] ?? -1);
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => ({ row, value: valueOf(row) }));
    const sign = direction === "ascending" ? 1 : -1;
    keyed.sort((a, b) => sign * ((a.value > b.value) - (a.value < b.value)));
    // Rows that are in no document move at no cost.
    body.remove();
    for (const { row } of keyed) {
      body.append(row);
    }
    table.tHead.after(body);
    for (const other of header.parentElement.cells) {
      other.setAttribute("aria-sort", other === header ? direction : "none");
    }
  }

  for (const table of tables) {
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      header.setAttribute("aria-sort", header.dataset.sorted ?? "none");
      button.addEventListener("click", () => {
        const first = ASCENDING.has(header.dataset.key) ? "ascending" : "descending";
        const second = first === "ascending" ? "descending" : "ascending";
        sort(table, header, header.getAttribute("aria-sort") === first ? second : first);
      });
    }
  }

  search.parentElement.hidden = false;
  // A browser may have kept a search from before.
  find();
})();
