"use strict";
(() => {
  const root = document.documentElement;

  // Few stops: of several controls that belong together the keyboard stops at one, and arrows lead to the others.
  const rove = (items, back, on) => {
    const stop = (chosen) => items.forEach((each) => { each.tabIndex = each === chosen ? 0 : -1; });
    items.forEach((item, place) => {
      item.setAttribute("aria-keyshortcuts", `${back} ${on}`);
      item.addEventListener("focus", () => stop(item));
      item.addEventListener("keydown", (event) => {
        const next = { [back]: items[place - 1], [on]: items[place + 1], Home: items[0], End: items.at(-1) }[event.key];
        if (!next) return;
        event.preventDefault();
        next.focus();
      });
    });
    stop(items[0]);
  };
  // And a pointer is none where a control beside it leads to the same: of a sentence its card, of an exhibit its data
  // and sources; a sentence without a card keeps the first.
  const pass = (links) => links.forEach((link) => { link.tabIndex = -1; });
  for (const cited of document.querySelectorAll(".cited")) {
    const links = [...cited.querySelectorAll("a")];
    pass(cited.parentElement.querySelector(".note") ? links : links.slice(1));
  }
  pass(document.querySelectorAll(".origin > p a"));
  rove([...document.querySelectorAll("#sources ~ ol cite a")], "ArrowUp", "ArrowDown");

  // The theme button: starts from the reader's own setting.
  const button = document.getElementById("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (prefersDark.matches ? "dark" : "light")) === "dark";
  const relabel = () => { button.lastElementChild.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; relabel(); });
  prefersDark.addEventListener("change", relabel);
  button.hidden = false;
  relabel();

  // Sorting: by number or date where a whole column is one, else by the alphabet. Dashes and blanks stay last.
  // How the language of the page prints them stands on the body.
  const { decimal, scales, months } = JSON.parse(document.body.dataset.notation);
  const isBlank = (text) => !/[\p{L}\p{N}]/u.test(text);
  const number = (text) => {
    const found = /^[^\d−-]*([−-]?[\d,.\u00a0\u202f]+)\D*$/.exec(text);
    const word = Object.keys(scales).find((name) => text.includes(name));
    const digits = found && [...found[1].replace("−", "-")].filter((each) => /[\d-]/.test(each) || each === decimal).join("");
    return found ? Number(digits.replace(decimal, ".")) * (scales[word] || 1) : NaN;
  };
  const day = (text) => {
    const iso = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
    if (iso) return Date.UTC(iso[1], iso[2] - 1, iso[3] || 1);
    const said = text.toLocaleLowerCase(root.lang);
    const name = months.findIndex((month) => said.includes(month));
    const rest = said.replace(months[name], " ");
    const [numbers, letters] = [rest.match(/\d+/g) || [], rest.match(/\p{L}/gu) || []];
    const [year, date] = [numbers.find((each) => each.length === 4), numbers.find((each) => each.length < 3)];
    const isDate = year && numbers.length <= (name < 0 ? 1 : 2) && letters.length <= 2;
    return isDate ? Date.UTC(year, Math.max(name, 0) % 12, date || 1) : NaN;
  };
  const reader = (texts) => {
    const filled = texts.filter((text) => !isBlank(text));
    return [day, number].find((read) => filled.every((text) => !Number.isNaN(read(text))));
  };
  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [row.cells[column].textContent.trim(), row]);
    const read = reader(rows.map(([text]) => text));
    const compare = read ? (a, b) => read(a) - read(b) : (a, b) => a.localeCompare(b, root.lang);
    rows.sort(([a], [b]) => isBlank(a) - isBlank(b) || direction * (isBlank(a) ? 0 : compare(a, b)));
    body.append(...rows.map(([, row]) => row));
  };
  const told = document.createElement("p");
  told.className = "hidden";
  told.setAttribute("role", "status");
  document.querySelector("main").append(told);
  for (const table of document.querySelectorAll(".sortable table")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const control = document.createElement("button");
      control.type = "button";
      control.title = `${document.body.dataset.sort} ${head.textContent}`;
      control.append(...head.childNodes);
      head.append(control);
      control.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, down ? -1 : 1);
        const { sorted, up, down: falling } = document.body.dataset;
        told.textContent = `${sorted} ${control.textContent}, ${down ? falling : up}`;
      });
    });
    rove(heads.map((head) => head.firstChild), "ArrowLeft", "ArrowRight");
  }

  // A box that scrolls can be reached by keyboard and shows that there is more; one that does not is no stop.
  const boxes = [...document.querySelectorAll(".scroll")];
  const fade = (box) => box.toggleAttribute("data-more", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  const mark = () => {
    for (const box of boxes) {
      const overflows = !box.closest("details:not([open])") && box.scrollWidth > box.clientWidth + 1;
      for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", box.dataset.label || "…"]])
        overflows ? box.setAttribute(name, value) : box.removeAttribute(name);
      fade(box);
    }
  };
  for (const box of boxes) box.addEventListener("scroll", () => fade(box), { passive: true });
  addEventListener("resize", mark);
  for (const folded of document.querySelectorAll("details")) folded.addEventListener("toggle", mark);
  mark();

  // A number opens the card of its sentence; the card is read out when it opens, and leads on to its sources.
  const pointer = (text) => {
    const id = `source-${text.slice(1, -1)}`;
    if (!document.getElementById(id)) return text;
    return Object.assign(document.createElement("a"), { href: `#${id}`, textContent: text });
  };
  const point = (card) => {
    const texts = [];
    for (const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT); walker.nextNode();) texts.push(walker.currentNode);
    for (const text of texts) text.replaceWith(...text.data.split(/(\[\d+\])/).map(pointer));
  };
  for (const note of document.querySelectorAll(".note"))
    note.addEventListener("click", () => {
      document.querySelector(".told")?.classList.remove("told");
      note.closest("li, p").classList.add("told");
    });
  for (const card of document.querySelectorAll(".card"))
    card.addEventListener("toggle", (event) => {
      const isOpen = event.newState === "open";
      if (isOpen) card.focus();
      if (isOpen && !card.querySelector("a")) point(card);
      for (const link of card.querySelectorAll("a")) {
        link.tabIndex = isOpen ? 0 : -1;
        link.onclick = () => card.hidePopover();
      }
    });
  for (const number of document.querySelectorAll(".n"))
    number.addEventListener("click", () => { if (getSelection().isCollapsed) number.parentElement.querySelector(".note")?.click(); });

  // The contents list says where the reader is.
  const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.hash.slice(1), link]));
  const watched = [...links.keys()].map((id) => document.getElementById(id));
  const follow = () => {
    const passed = watched.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3).pop();
    for (const link of links.values()) link.removeAttribute("aria-current");
    if (passed) links.get(passed.id).setAttribute("aria-current", "true");
  };
  addEventListener("scroll", follow, { passive: true });
  follow();
})();
