// What a reader has read and answered: kept in this browser, nowhere else. Without storage it lasts as long as the page.

const VERSION = 1;
const EMPTY = () => ({ version: VERSION, guides: {}, sections: {}, quizzes: {}, last: null });

const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What `text` holds, if it is progress that this page understands; otherwise null. Unknown keys are dropped. */
export function parse(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isMap(found) || found.version !== VERSION || !["guides", "sections", "quizzes"].every((name) => isMap(found[name]))) return null;
  const flags = (map) => Object.fromEntries(Object.entries(map).filter(([, value]) => value === true));
  const verdicts = Object.fromEntries(Object.entries(found.quizzes).filter(([, value]) => ["right", "wrong", "some"].includes(value)));
  const last = isMap(found.last) && ["guide", "title", "anchor", "section"].every((name) => typeof found.last[name] === "string") ? found.last : null;
  return { version: VERSION, guides: flags(found.guides), sections: flags(found.sections), quizzes: verdicts, last };
}

/** Both together: what is read in one of them is read, and an answer that was right once stays right. */
export function merge(one, other) {
  const quizzes = { ...one.quizzes };
  for (const [key, verdict] of Object.entries(other.quizzes)) if (quizzes[key] !== "right") quizzes[key] = verdict;
  return { version: VERSION, guides: { ...one.guides, ...other.guides }, sections: { ...one.sections, ...other.sections }, quizzes, last: one.last ?? other.last };
}

function store(key) {
  let kept = EMPTY();
  return {
    read() {
      try {
        const text = localStorage.getItem(key);
        return text === null ? kept : (parse(text) ?? EMPTY());
      } catch {
        return kept; // storage is blocked
      }
    },
    change(edit) {
      const next = this.read();
      edit(next);
      this.write(next);
    },
    write(next) {
      kept = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // blocked or full: what is shown on this page stays right
      }
    },
    erase() {
      kept = EMPTY();
      try {
        localStorage.removeItem(key);
      } catch {
        // there was nothing
      }
    },
  };
}

function guidePage(progress, mark) {
  const guide = mark.dataset.guide;
  const boxes = [...document.querySelectorAll("input[data-section-read]")];
  const sections = boxes.map((box) => document.getElementById(box.dataset.sectionRead));
  const show = () => {
    const known = progress.read();
    mark.checked = known.guides[guide] === true;
    for (const box of boxes) box.checked = known.sections[`${guide}#${box.dataset.sectionRead}`] === true;
    const right = [...document.querySelectorAll(".quiz")].filter((quiz) => known.quizzes[`${guide}#${quiz.id}`] === "right").length;
    document.querySelector("[data-quiz-count]").textContent = right ? `${right} answered right so far.` : "";
  };
  const flag = (map, key, on) => (on ? (map[key] = true) : delete map[key]);
  mark.addEventListener("change", () => progress.change((known) => flag(known.guides, guide, mark.checked)));
  for (const box of boxes) {
    box.addEventListener("change", () => progress.change((known) => flag(known.sections, `${guide}#${box.dataset.sectionRead}`, box.checked)));
  }
  document.addEventListener("quiz-judged", (event) => {
    progress.change((known) => (known.quizzes[`${guide}#${event.target.id}`] = event.detail));
    show();
  });
  const here = () => {
    const passed = sections.filter((section) => section && section.getBoundingClientRect().top < innerHeight / 2).at(-1);
    if (!passed) return;
    const name = passed.firstChild?.textContent.trim() ?? "";
    progress.change((known) => (known.last = { guide, title: mark.dataset.title, anchor: passed.id, section: name }));
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && here());
  addEventListener("pagehide", here);
  addEventListener("pageshow", show);
  show();
}

function firstPage(progress, tools) {
  const said = tools.querySelector("[role=status]");
  const total = Number(tools.dataset.guides);
  const resume = document.querySelector("[data-resume]");
  const begin = resume?.innerHTML;
  const show = () => {
    const known = progress.read();
    const count = (map) => Object.keys(map).length;
    for (const card of document.querySelectorAll("[data-guide].card")) {
      const guide = card.dataset.guide;
      const sections = Object.keys(known.sections).filter((key) => key.startsWith(`${guide}#`)).length;
      card.querySelector(".card-state").textContent = known.guides[guide] ? "Read" : sections ? `${sections} section${sections > 1 ? "s" : ""} read` : "";
    }
    const right = Object.values(known.quizzes).filter((verdict) => verdict === "right").length;
    tools.querySelector("[data-summary]").textContent =
      `${count(known.guides)} of ${total} guides read, ${count(known.sections)} sections, ${right} questions answered right.`;
    const card = known.last && document.querySelector(`[data-guide="${CSS.escape(known.last.guide)}"] a`);
    if (resume && card) {
      const link = Object.assign(document.createElement("a"), { href: `${card.href}#${known.last.anchor}`, textContent: `Continue: ${known.last.title}, ${known.last.section}` });
      resume.replaceChildren(link);
    } else if (resume) {
      resume.innerHTML = begin;
    }
  };
  const on = (name, action) => tools.querySelector(`[data-do=${name}]`).addEventListener("click", action);
  const file = tools.querySelector("input[type=file]");
  on("export", () => {
    const address = URL.createObjectURL(new Blob([JSON.stringify(progress.read(), null, 2)], { type: "application/json" }));
    Object.assign(document.createElement("a"), { href: address, download: "progress.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  on("import", () => file.click());
  file.addEventListener("change", async () => {
    const found = parse(await file.files[0].text());
    if (found) progress.write(merge(progress.read(), found));
    said.textContent = found ? "Imported." : "That file holds no progress of this site.";
    file.value = "";
    show();
  });
  on("erase", () => {
    if (!confirm("Erase what you have marked and answered on this site?")) return;
    progress.erase();
    said.textContent = "Erased.";
    show();
  });
  addEventListener("pageshow", show);
  show();
}

if (typeof document !== "undefined") {
  const scope = new URL(document.documentElement.dataset.site.replace(/\/*$/, "/"), location.href).pathname; // where the site begins
  const progress = store(`${scope}.progress`);
  const mark = document.querySelector("input[data-guide-read]");
  const tools = document.querySelector("[data-progress]");
  if (mark) guidePage(progress, mark);
  if (tools) firstPage(progress, tools);
}
