// In a preview only: fetches the page again when it has changed, and shows what is wrong with it.
(() => {
  "use strict";
  const { place, seen } = document.currentScript.dataset;
  const key = `preview-scroll ${location.pathname}`;
  const kept = sessionStorage.getItem(key);
  if (kept !== null) {
    sessionStorage.removeItem(key);
    history.scrollRestoration = "manual";
    const back = () => scrollTo({ top: Number(kept), behavior: "instant" });
    back();
    addEventListener("load", back, { once: true });
  }
  const events = new EventSource(`/__preview/events?place=${place}&seen=${encodeURIComponent(seen)}`);
  events.addEventListener("reload", () => {
    events.close();
    sessionStorage.setItem(key, String(scrollY));
    location.reload();
  });

  let box = null;
  let closed = "";
  events.addEventListener("findings", (event) => {
    box?.remove();
    box = null;
    const findings = JSON.parse(event.data);
    if (findings.length && event.data !== closed) box = overlay(findings, () => { closed = event.data; });
  });

  const element = (name, text, style) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.style.cssText = style;
    return made;
  };

  function overlay(findings, close) {
    const made = element("section", "", "position:fixed;inset:auto 1rem 1rem;z-index:999;max-height:45vh;overflow:auto;padding:.8rem 1rem;" +
      "background:#1f1215;color:#fff;border-left:6px solid #ff5c6c;border-radius:4px;font:14px/1.45 ui-monospace,monospace;box-shadow:0 4px 24px #0008");
    made.id = "preview-findings";
    made.setAttribute("role", "status");
    made.setAttribute("aria-label", "Findings");
    const button = element("button", "Close", "float:right;color:inherit;background:#0000;border:1px solid #fff8;border-radius:3px;padding:.1rem .6rem;font:inherit;cursor:pointer");
    button.type = "button";
    button.addEventListener("click", () => { made.remove(); close(); });
    made.append(button);
    for (const { place: where, rule, message, help } of findings) {
      const line = element("p", "", "margin:.3rem 0");
      line.append(element("strong", where, "color:#ffb3bb"), ` ${message}${rule ? ` [${rule}]` : ""}`);
      if (help) line.append(element("span", `help: ${help}`, "display:block;padding-left:1.5rem;opacity:.85"));
      made.append(line);
    }
    document.body.append(made);
    return made;
  }
})();
