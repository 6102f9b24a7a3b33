// Marks quizzes. Without this script a quiz still has its options and, in a disclosure, its answer.

const TEXT = {
  check: "Check",
  none: "Choose an answer first.",
  right: "Right.",
  wrong: "Not quite. Try again, or open the answer.",
  some: "That is right, but not all of it.",
};

/** What a choice deserves: `chosen` and `right` are arrays of booleans, one for each option. */
export function judge(chosen, right) {
  if (!chosen.includes(true)) return "none";
  if (chosen.some((one, at) => one && !right[at])) return "wrong";
  return chosen.every((one, at) => one === right[at]) ? "right" : "some";
}

function enhance(quiz) {
  const inputs = [...quiz.querySelectorAll("fieldset input")];
  const answer = quiz.querySelector("details");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiz-check", textContent: TEXT.check });
  const result = Object.assign(document.createElement("p"), { className: "quiz-result" });
  result.setAttribute("role", "status"); // announced politely when its text changes
  answer.before(button, result);

  const clear = () => {
    result.textContent = "";
    for (const mark of quiz.querySelectorAll(".quiz-mark")) mark.remove();
  };
  const check = () => {
    clear();
    const verdict = judge(inputs.map((input) => input.checked), inputs.map((input) => "right" in input.dataset));
    result.textContent = TEXT[verdict];
    result.dataset.verdict = verdict;
    for (const input of inputs.filter((input) => input.checked)) {
      const right = "right" in input.dataset;
      const mark = Object.assign(document.createElement("span"), { className: "quiz-mark", textContent: right ? "right" : "wrong" });
      mark.dataset.verdict = right ? "right" : "wrong";
      input.closest(".quiz-option").append(" ", mark);
    }
    if (verdict === "right") answer.open = true;
    if (verdict !== "none") quiz.dispatchEvent(new CustomEvent("quiz-judged", { bubbles: true, detail: verdict }));
  };
  button.addEventListener("click", check);
  quiz.querySelector("fieldset").addEventListener("change", clear);
  quiz.querySelector("fieldset").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) check();
  });
}

if (typeof document !== "undefined") {
  for (const quiz of document.querySelectorAll(".quiz")) enhance(quiz);
}
