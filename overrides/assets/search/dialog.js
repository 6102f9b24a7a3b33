// The dialog of the search: a combobox over a list of sections. What was typed before this script came is searched for at once.

(() => {
  const { engine, expect, key, words } = globalThis.guidebookSearch;
  const FIRST = 2; // sections whose text is fetched before anything is shown
  const MOST = 20;
  const PER_GUIDE = 6;
  const WINDOW = 190; // characters of a passage
  const RECENT = "search.recent";
  const dialog = document.querySelector("dialog.search");
  const site = dialog.dataset.site;
  const disk = location.protocol === "file:";
  let index; // promise of the engine
  let version = "";
  let turn = 0; // of the searches; an older one that ends late is dropped
  let shown = "";

  // ---- Pieces of the index ----

  const pieces = new Map();

  function load(name, address = `search/${version}-${name}.js`) {
    if (!pieces.has(name)) pieces.set(name, run(name, address));
    return pieces.get(name);
  }

  function run(name, address) {
    const script = Object.assign(document.createElement("script"), { src: site + address });
    const failed = new Promise((_, reject) => {
      script.onerror = () => reject(new Error(`${address} cannot be loaded`));
    });
    const piece = Promise.race([expect(name), failed]).finally(() => script.remove());
    piece.catch(() => pieces.delete(name));
    document.head.append(script);
    return piece;
  }

  function start() {
    index ??= load("index", "search/index.js").then((raw) => {
      version = raw.version;
      parts(raw.sections);
      return engine(raw, load);
    });
    index.catch(() => (index = undefined));
    return index;
  }

  // ---- What stands in the dialog ----

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    made.append(...children);
    return made;
  }

  const input = dialog.querySelector("input");
  const close = element("button", { type: "button", class: "search-close", "aria-label": "Close the search" }, "Esc");
  const filter = element("fieldset", { class: "search-parts" }, element("legend", {}, "Search in"));
  const count = element("p", { class: "search-count", role: "status", "aria-live": "polite" });
  const help = element("div", { class: "search-help" });
  const list = element("div", { id: "search-results", role: "listbox", "aria-label": "Sections found" });
  list.hidden = true;
  input.after(close);
  dialog.append(filter, element("div", { class: "search-body", role: "group", "aria-label": "Results", tabindex: "0" }, count, help, list));
  for (const [attribute, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-haspopup": "listbox" })) {
    input.setAttribute(attribute, value);
  }

  /** One of the index's sections, or all: radio buttons that look like chips. */
  function parts(names) {
    if (filter.children.length > 1) return;
    for (const name of ["", ...names]) {
      const radio = element("input", { type: "radio", name: "search-part", value: name });
      radio.checked = !name;
      radio.addEventListener("change", search);
      filter.append(element("label", { "data-part": names.indexOf(name) }, radio, element("span", {}, name || "All")));
    }
  }

  const chosen = () => filter.querySelector("input:checked")?.value ?? "";

  const addressOf = (address) => {
    const [path, anchor] = address.split("#");
    return site + path + (disk ? "index.html" : "") + (anchor ? `#${anchor}` : "");
  };

  // ---- Searching ----

  let timer;

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(search, list.hidden && input.value.length > 2 ? 0 : 60);
  }

  async function search() {
    clearTimeout(timer);
    const mine = ++turn;
    const query = input.value.trim();
    if (!query) return empty();
    try {
      const found = await start();
      if (mine !== turn) return;
      const { wanted, ranked } = await found.rank(input.value);
      if (mine !== turn) return;
      const part = chosen();
      const kept = part ? ranked.filter(({ section }) => found.partOf(section) === part) : ranked;
      const keys = wanted.flatMap((wish) => wish.words.map((one) => one.key));
      const looked = { keys: new Set(keys), starts: keys.filter((one) => one.endsWith("*")).map((one) => one.slice(0, -1)), known: new Map() };
      for (const most of kept.length > FIRST ? [FIRST, MOST] : [FIRST]) {
        const passages = await Promise.all(kept.slice(0, most).map(({ section }) => found.passage(section)));
        if (mine !== turn) return;
        show(passages, found, looked);
      }
      shown = list.dataset.query = query;
      say(kept.length);
      address(query);
      hint(query, wanted, found, kept.length, mine);
    } catch (error) {
      if (mine === turn) failed(error);
    }
  }

  function say(number) {
    count.textContent = number === 0 ? "Nothing found" : number === 1 ? "1 section found" : `${number} sections found${number > MOST ? `, the best ${list.querySelectorAll("[role=option]").length} shown` : ""}`;
  }

  function failed(error) {
    list.hidden = true;
    count.textContent = "The search could not be loaded.";
    const again = element("button", { type: "button" }, "Try again");
    again.addEventListener("click", search);
    help.replaceChildren(element("p", {}, `${error.message}. `, again, " or go to the ", guides(), "."));
  }

  const guides = () => element("a", { href: `${addressOf("")}#guides` }, "list of all guides");

  /** Sections under their guides; the guide with the best section comes first. */
  function show(passages, found, looked) {
    const groups = new Map();
    let last;
    for (const passage of passages) {
      if (!groups.has(passage.page)) groups.set((last = passage.page), []);
      const group = groups.get(passage.page);
      const first = passage.page === passages[0].page && passage.page !== last; // its third section would push down the best of the next guide
      if (group.length < (first ? 2 : PER_GUIDE)) group.push(passage);
    }
    const active = list.querySelector("[aria-selected=true]")?.id;
    list.replaceChildren(...[...groups.values()].map((group) => groupOf(group, found, looked)));
    list.hidden = passages.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    select(active ? document.getElementById(active) : null, false);
  }

  function groupOf(group, found, looked) {
    const { title, part, section } = group[0];
    const name = element("div", { class: "search-guide", id: `search-guide-${section}`, role: "presentation" }, title, element("span", {}, part));
    return element("div", { class: "search-group", role: "group", "aria-labelledby": name.id, "data-part": found.parts.indexOf(part) }, name, ...group.map((passage) => option(passage, looked)));
  }

  function option(passage, looked) {
    const heading = element("span", { class: "search-heading" }, ...marked(passage.heading, looked));
    const link = element("a", { role: "option", id: `search-option-${passage.section}`, href: addressOf(passage.address), tabindex: "-1", "aria-selected": "false" }, heading);
    const text = best(passage, looked);
    if (text) link.append(element("span", { class: "search-passage" }, ...marked(text, looked)));
    return link;
  }

  // ---- Marking ----

  const WORD = /[\p{L}\p{N}_]+(?:[-.'’][\p{L}\p{N}_]+)*/gu;

  /** The words of a text that were looked for: [start, end]. `looked` remembers what it was asked for each spelling. */
  function* hits(text, looked) {
    for (const match of text.matchAll(WORD)) {
      const word = match[0];
      if (!looked.known.has(word)) looked.known.set(word, words(word).some((one) => looked.keys.has(key(one)) || looked.starts.some((start) => start.length > 1 && one.startsWith(start))));
      if (looked.known.get(word)) yield [match.index, match.index + word.length];
    }
  }

  function marked(text, looked) {
    const nodes = [];
    let after = 0;
    for (const [from, to] of hits(text, looked)) {
      nodes.push(text.slice(after, from), element("mark", {}, text.slice(from, to)));
      after = to;
    }
    return [...nodes, text.slice(after)];
  }

  /** The stretch of the section that holds most of the different words looked for; of prose if prose has one. */
  function best({ prose, code }, looked) {
    const stretches = [prose, code].map((text) => stretch(text, looked));
    const { text, from } = stretches[1].worth > stretches[0].worth * 2 ? stretches[1] : stretches[0];
    if (!text) return "";
    const start = from ? text.indexOf(" ", from) + 1 : 0;
    const end = text.length > start + WINDOW ? text.lastIndexOf(" ", start + WINDOW) : text.length;
    return (start ? "… " : "") + text.slice(start, end > start ? end : start + WINDOW) + (end < text.length ? " …" : "");
  }

  function stretch(text, looked) {
    const found = [...hits(text, looked)].map(([from, to]) => ({ from, to, word: key(text.slice(from, to).toLowerCase()) }));
    let result = { text, from: 0, worth: 0 };
    found.forEach(({ from }, at) => {
      const inside = new Set();
      for (let next = at; next < found.length && found[next].to < from + WINDOW - 40; next++) inside.add(found[next].word);
      if (inside.size > result.worth) result = { text, from: Math.max(from - 40, 0), worth: inside.size };
    });
    return result;
  }

  // ---- Help: a definition, a better spelling, what was searched for before ----

  async function hint(query, wanted, found, number, mine) {
    const better = found.meant(query, wanted);
    const nodes = [];
    if (better && better.toLowerCase() !== query.toLowerCase()) nodes.push(element("p", {}, "Did you mean ", again(better), "?"));
    if (!number) nodes.push(chosen() ? element("p", {}, "Nothing in this section of the index. ", everywhere()) : element("p", {}, "Try fewer or other words, or go to the ", guides(), "."));
    help.replaceChildren(...nodes);
    const term = (await found.termOf(better || query)) ?? (number ? undefined : await found.termNear(query));
    if (!term || mine !== turn) return;
    const explained = number || !term.guide ? [] : [" It is explained in ", element("a", { href: addressOf(term.explained) }, term.guide), "."];
    help.append(element("p", { class: "search-term" }, number ? "" : "Nearest in the glossary: ", element("a", { href: addressOf(term.address) }, term.name), ` ${term.definition}`, ...explained));
  }

  function again(query) {
    const button = element("button", { type: "button", class: "search-again" }, query);
    button.addEventListener("click", () => {
      input.value = query;
      input.focus();
      search();
    });
    return button;
  }

  function everywhere() {
    const button = element("button", { type: "button" }, "Search all sections");
    button.addEventListener("click", () => {
      filter.querySelector("input").checked = true;
      input.focus();
      search();
    });
    return button;
  }

  function empty() {
    address("");
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    count.textContent = "";
    const searches = recent();
    const nodes = [element("p", { class: "search-keys" }, "Type a term, an abbreviation, a setting or an error message. Arrows choose, Enter opens, Escape closes. Or go to the ", guides(), ".")];
    if (searches.length) nodes.unshift(element("p", {}, "Recent searches"), element("ul", { class: "search-recent" }, ...searches.map((query) => element("li", {}, again(query)))));
    help.replaceChildren(...nodes);
  }

  function recent() {
    try {
      const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, 6) : [];
    } catch {
      return []; // blocked, or not ours
    }
  }

  /** Put the query into the address, so that it can be shared and Back returns to it. */
  function address(query) {
    const wanted = new URL(location.href);
    if (query) wanted.searchParams.set("q", query);
    else wanted.searchParams.delete("q");
    try {
      if (wanted.href !== location.href) history.replaceState(history.state, "", wanted);
    } catch {
      // some browsers refuse that for files
    }
  }

  function keep(query) {
    try {
      localStorage.setItem(RECENT, JSON.stringify([query, ...recent().filter((one) => one !== query)].slice(0, 6)));
    } catch {
      // storage is blocked: the search works without
    }
  }

  // ---- Keys ----

  const options = () => [...list.querySelectorAll("[role=option]")];

  function select(wanted, scroll = true) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === wanted));
    if (!wanted) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", wanted.id);
    if (scroll) wanted.scrollIntoView({ block: "nearest" });
  }

  input.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? all.length - 1 : at - 1;
      select(all[(next + all.length) % all.length] ?? null);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (at < 0 && shown !== input.value.trim()) await search(); // Enter came before the results did
      (options()[Math.max(at, 0)] ?? null)?.click();
    }
  });

  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    keep(input.value.trim());
    if (new URL(link.href).pathname !== location.pathname) return;
    address(""); // the section is on this page: with the query in the address, the page would be loaded again
    dialog.close();
  });

  input.addEventListener("input", soon);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    turn++;
    address("");
  });
  dialog.addEventListener("opened", search);
  search().then(() => "entered" in dialog.dataset && options()[0]?.click()); // Enter came before this script did
  start().catch(() => {});
})();
