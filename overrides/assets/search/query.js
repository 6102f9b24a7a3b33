// Ranks sections for a query. No DOM: `load(name)` brings a piece of the index (scripts/guidebook/search makes them), the rest is arithmetic.
// Words are cut as in scripts/guidebook/search/words.py. A classic script, so that it also runs from the disk.

globalThis.guidebookSearch = (() => {
  const LONGEST = 48;
  const SPACED = /(?<![\p{L}\p{N}])([\p{L}\p{N}_])\s*([+<>=≤≥])\s*(?=[\p{L}\p{N}_](?![\p{L}\p{N}_]))/gu;
  const CHUNK = /--?(?=\p{L}[\p{L}\p{N}_=-])|[\p{L}\p{N}_](?:[\p{L}\p{N}_.:/=+<>@#&'’≤≥→*-]*[\p{L}\p{N}_+#])?/gu;
  const RUN = /[\p{L}\p{N}]+/gu;
  const CAMEL = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
  const HUMP = /[a-z][A-Z]|[A-Z]{2}[a-z]/;
  const JOINT = /(?<!\d)[-_./:'’]+|[-_./:'’]+(?!\d)/g;
  const LETTERS = /^[a-z]+$/;
  const VOWEL = /[aeiouy]/;
  const COMMON = new Set(
    "a also an and any are as at be been but by can could do does ever every for from get happen happens has have how i if in into is it its just many me much my need needs never of only on or one our shall should same so such than that the their them then there these they this to too us use using versus very vs want was we were what when where which who why will with would you your".split(" "),
  );

  // Words that a question needs and that say little of its subject.
  const SMALL = new Set("a an the of in to for by with and or on is at from your my".split(" "));
  const WEAK = new Set(
    "about actually after again all already always another anybody anyone anything because become been before being best better big both bring call called came come comes common correct correctly different difference differ during each easily easy else enough even exactly explain find first fix full gets getting give given go goes going good handle help here instead kind know known last less let like look make makes making mean means more most must necessary new no now number off often old once other others out over own people place possible prefer properly put really reason recommended require required right said same say says see set should show simple some somebody someone something still such suddenly take taken takes tell than thing think time times together too try trying under until up used useful uses usually want wants way ways well while whole within without work working works worth wrong yet".split(" "),
  );

  // ---- Words ----

  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");

  /** The names in a text: each with where it stands, itself in lower case, and its parts. */
  function* names(text) {
    for (const match of text.replace(SPACED, "$1$2").matchAll(CHUNK)) {
      const chunk = match[0];
      const runs = chunk.match(RUN) ?? [];
      const whole = (runs.length > 1 || (runs.length && /[+#]$/.test(chunk))) && chunk.length <= LONGEST ? chunk.toLowerCase() : "";
      const parts = [];
      for (const run of runs) {
        if (run.length > LONGEST) continue;
        parts.push(run.toLowerCase());
        const humps = HUMP.test(run) ? run.match(CAMEL).filter((hump) => hump.length > 2) : [];
        if (humps.length > 1) parts.push(...humps.map((hump) => hump.toLowerCase()));
      }
      yield { whole, parts };
    }
  }

  const words = (text) => [...names(plain(text))].flatMap(({ whole, parts }) => (whole ? [whole, ...parts] : parts));

  function key(word) {
    if (LETTERS.test(word)) return stem(word); // nearly all are: no need for slower tests
    word = word.replace(JOINT, "");
    return /^\p{L}+$/u.test(word) ? stem(word) : word;
  }

  function stem(word) {
    if (word.includes("z")) word = word.replace(/([iy])z(?=[aei])/g, "$1s");
    if (word.length > 5 && /ogues?$/.test(word)) word = word.slice(0, word.lastIndexOf("ue")); // catalogue, catalog
    if (word.length > 4 && word.endsWith("ies")) word = `${word.slice(0, -3)}y`;
    else if (word.length > 3 && word.endsWith("s") && !"sui".includes(word.at(-2))) word = word.slice(0, -1);
    if (word.length > 5 && (word.endsWith("tion") || word.endsWith("sion"))) return word.slice(0, -3);
    const ending = word.endsWith("ing") ? 3 : word.endsWith("ed") ? 2 : 0;
    const rest = ending ? word.slice(0, -ending) : "";
    if (rest.length > 2 && !rest.endsWith("e") && VOWEL.test(rest)) word = rest;
    if (word.length > 4 && word.endsWith("e")) return word.slice(0, -1);
    if (word.length > 4 && word.at(-1) === word.at(-2) && !"aeiouylsz".includes(word.at(-1))) return word.slice(0, -1);
    return word;
  }

  /** Edits between two words (a swap of neighbours is one), or `most + 1` if there are more. */
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        row.push(cost);
        if (cost < least) least = cost;
      }
      if (least > most) return most + 1;
      before = last;
      last = row;
    }
    return last[b.length];
  }

  /** The share of pairs of letters that two texts have in common: 0 to 1. */
  function likeness(a, b) {
    const pairs = (text) => new Set(Array.from({ length: text.length + 1 }, (_, at) => ` ${text} `.slice(at, at + 2)));
    const [one, other] = [pairs(a), pairs(b)];
    return (2 * [...one].filter((pair) => other.has(pair)).length) / (one.size + other.size);
  }

  // ---- Pieces ----

  const DIGITS = new Uint8Array(128);
  for (let code = 35, at = 0; at < 90; code++) if (code !== 92) DIGITS[code] = at++;

  /** The packed numbers of a text, one after the other (scripts/guidebook/search/pack.py). */
  function reader(text) {
    let at = 0;
    return {
      next() {
        let value = 0;
        let scale = 1;
        for (;;) {
          const digit = DIGITS[text.charCodeAt(at++)];
          if (digit < 60) return value + scale * digit;
          value += scale * digit;
          scale *= 30;
        }
      },
      more: () => at < text.length,
    };
  }

  function unpack(text) {
    const numbers = [];
    for (const read = reader(text); read.more(); ) numbers.push(read.next());
    return numbers;
  }

  function unfront(text) {
    let last = "";
    return text.split("\n").map((line) => (last = last.slice(0, DIGITS[line.charCodeAt(0)]) + line.slice(1)));
  }

  /** The number of the last start that is not above `value`. */
  function pieceOf(starts, value) {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const reversed = (word) => [...word].reverse().join("");
  const counted = (level) => 2 ** (level / 3);

  // ---- Ranking ----

  const TUNED = { prefix: 0.75, typo: 0.6, split: 0.85, part: 0.6, joint: 0.5, pair: 0.8, common: 0.1, weak: 0.25, coverage: 1.2 };
  const SPAN = 6; // files that a spelling mistake may cost

  /** The engine over an index: `raw` is what `index.js` hands over, `load(name)` promises a piece. */
  function engine(raw, load, tuned = TUNED) {
    const ends = [];
    for (const count of unpack(raw.pieces)) ends.push((ends.at(-1) ?? 0) + count);
    const sectionOf = unpack(raw.of);
    const bookOf = (section) => pieceOf([0, ...ends], Math.floor(section / raw.piece));
    const levels = Array.from({ length: 60 }, (_, level) => raw.floor * raw.step ** level);
    const kept = new Map();

    /** A file of the index, as `made` makes it, once. */
    function piece(name, made = (value) => value) {
      if (!kept.has(name)) {
        const promise = load(name).then(made);
        promise.catch(() => kept.delete(name));
        kept.set(name, promise);
      }
      return kept.get(name);
    }

    // Words with their sections: `{ key, spelling, count, sections }`, where sections are numbers and weights in turn.

    const rows = (at) =>
      piece(`w${at}`, ([words, packed]) => {
        const read = reader(packed);
        return new Map(
          unfront(words).map((spelling) => {
            const count = counted(read.next());
            const sections = [];
            let section = 0;
            for (let left = read.next(); left > 0; left--) sections.push((section += read.next()), levels[read.next()]);
            const own = /[* ]/.test(spelling) ? spelling : key(spelling);
            return [own, { key: own, spelling, count, sections }];
          }),
        );
      });

    const find = async (wanted) => (await rows(pieceOf(raw.w, wanted))).get(wanted);

    /** The words whose keys begin so; of very many, those of the first files. */
    async function beginning(start) {
      const first = pieceOf(raw.w, start);
      const last = Math.min(pieceOf(raw.w, `${start}\uffff`), first + 2);
      const parts = await Promise.all(Array.from({ length: last - first + 1 }, (_, at) => rows(first + at)));
      return parts.flatMap((part) => [...part.values()]).filter((one) => one.key.startsWith(start) && !one.key.endsWith("*"));
    }

    // ---- What a word of the query may mean ----

    /** `{ how, words }`: words of the index with their weights, the best first, and how they were found. */
    async function meanings(word, last) {
      const wanted = key(word);
      const exact = await find(wanted);
      const found = exact ? [{ ...exact, weight: 1 }] : [];
      if (exact && !last) return { how: "exact", words: found };
      if (last) found.push(...(await starting(word, wanted, exact)));
      if (exact) return { how: "exact", words: found };
      if (found.length) return { how: "prefix", words: found };
      const near = await alike(word, wanted);
      if (near.length) return { how: "typo", words: near };
      const longer = last ? [] : await starting(word, wanted, exact);
      return { how: longer.length ? "prefix" : "none", words: longer };
    }

    async function starting(word, wanted, exact) {
      const share = tuned.prefix * (exact ? 0.5 : 1);
      const many = await find(`${word}*`);
      if (many) return [{ ...many, weight: share }];
      let found = word.length > 1 || !exact ? await beginning(wanted) : [];
      if (!found.length && word.length > 5) found = (await beginning(word.slice(0, -3))).filter(({ spelling }) => spelling.startsWith(word)); // `fencin`
      return found
        .filter((one) => one.key !== exact?.key)
        .map((one) => ({ ...one, weight: (share * word.length) / Math.max(word.length, one.spelling.length) }))
        .sort((a, b) => b.weight - a.weight || b.count - a.count)
        .slice(0, 12);
    }

    /** Words that differ by a mistake or two: among those that begin alike, else among those that end alike. */
    async function alike(word, wanted, most = word.length < 4 ? 0 : word.length < 6 ? 1 : 2) {
      if (!most) return [];
      let near = await neighbours("f", word, wanted, most);
      if (!near.some(({ edits }) => edits < 2)) near = near.concat(await neighbours("b", word, wanted, most));
      const best = [...new Map(near.sort((a, b) => b.weight - a.weight || b.count - a.count).map((one) => [one.key, one])).values()].slice(0, 4);
      return Promise.all(best.map(async ({ key: own, edits, weight }) => ({ ...(await find(own)), edits, weight })));
    }

    async function neighbours(list, word, wanted, most) {
      const text = list === "f" ? wanted : reversed(wanted);
      const between = (long) => [pieceOf(raw[list], text.slice(0, long)), pieceOf(raw[list], `${text.slice(0, long)}\uffff`)];
      let long = list === "f" ? 1 : 2;
      while (long < text.length / 2 && between(long)[1] - between(long)[0] >= SPAN) long++;
      const [first, last] = between(long);
      const parts = await Promise.all(
        Array.from({ length: last - first + 1 }, (_, at) =>
          piece(`${list}${first + at}`, ([words, counts]) => {
            const often = unpack(counts);
            return unfront(words).map((one, place) => {
              const spelling = list === "f" ? one : reversed(one);
              return { key: list === "f" ? key(spelling) : spelling, spelling, count: counted(often[place]), digit: /\d/.test(spelling) };
            });
          }),
        ),
      );
      const digit = /\d/.test(word);
      const found = [];
      for (const one of parts.flat()) {
        if (one.digit !== digit) continue;
        const edits = Math.min(distance(word, one.spelling, most), wanted.length > 3 ? distance(wanted, one.key, most) : 9);
        if (edits <= most) found.push({ ...one, edits, weight: tuned.typo ** Math.max(edits, 1) * (one.key[0] === word[0] ? 1 : 0.8) });
      }
      return found;
    }

    /** `flamegraph` → `flame`, `graph`; `SCD2` → `scd`, `2`: two words that are known. */
    async function halves(word) {
      const cuts = Array.from({ length: word.length - 1 }, (_, at) => at + 1).filter((at) => (at > 2 && word.length - at > 2) || /^\d$/.test(word[at]) !== /^\d$/.test(word[at - 1]));
      const starts = await Promise.all(cuts.map(async (at) => [at, await find(key(word.slice(0, at)))]));
      const pairs = starts.filter(([, one]) => one).sort((a, b) => b[0] - a[0]).slice(0, 3); // the second halves lie anywhere: a file each
      const both = await Promise.all(pairs.map(async ([at, one]) => ({ pair: [word.slice(0, at), word.slice(at)], often: Math.min(one.count, (await find(key(word.slice(at))))?.count ?? 0) })));
      return both.filter(({ often }) => often).sort((a, b) => b.often - a.often)[0]?.pair;
    }

    /** The longest beginning that is a word: better than nothing. */
    async function stump(word) {
      for (let at = word.length - 1; at > 3; at--) if (await find(key(word.slice(0, at)))) return [word.slice(0, at)];
      return undefined;
    }

    /** The query as a list of wishes: what each word may mean, and how much it matters. */
    async function wishes(query) {
      const asked = [...names(plain(query))];
      const all = await Promise.all(
        asked.map(async ({ whole, parts }, place) => {
          const last = place === asked.length - 1 && !/\s$/.test(query);
          const known = whole ? await meanings(whole, last) : null;
          const sure = known && (known.how === "exact" || known.how === "prefix");
          const each = await Promise.all(parts.map((part) => ofPart(part, last && part === parts.at(-1), (sure ? tuned.part : 1) * (asked.length < 2 ? 1 : COMMON.has(part) ? tuned.common : WEAK.has(part) ? tuned.weak : 1))));
          return [...(sure ? [wish(whole, known, 1)] : []), ...each.flat()];
        }),
      );
      await joints(asked, all);
      return [...all.flat(), ...(await couples(asked))];
    }

    async function ofPart(part, last, matters) {
      const meant = await meanings(part, last);
      if (meant.how === "exact" || meant.how === "prefix" || meant.words.some(({ edits }) => edits === 1)) return [wish(part, meant, matters)];
      const pair = (await halves(part)) ?? (meant.words.length ? null : await stump(part));
      if (!pair) return [wish(part, meant, matters)];
      return Promise.all(pair.map(async (half) => ({ ...wish(half, await meanings(half, false), tuned.split), instead: half })));
    }

    async function couples(asked) {
      const found = asked.map(({ whole, parts }) => key(parts.length > 1 ? whole : (parts[0] ?? ""))).filter((one, at) => one && !SMALL.has(asked[at].parts[0]));
      const pairs = await Promise.all(found.slice(1).map((b, at) => find(`${found[at]} ${b}`)));
      return pairs.filter(Boolean).map((one) => ({ ...wish(one.key, { how: "exact", words: [{ ...one, weight: 1 }] }, tuned.pair), extra: true }));
    }

    /** `roll back` may be written `rollback`: that word is a meaning of both. */
    function joints(asked, all) {
      const alone = ({ parts }) => parts.length === 1 && !COMMON.has(parts[0]);
      return Promise.all(
        asked.slice(1).map(async (one, at) => {
          if (!alone(asked[at]) || !alone(one)) return;
          const joint = await find(key(asked[at].parts[0] + one.parts[0]));
          if (joint) for (const each of [...all[at], ...all[at + 1]]) each.words = [...each.words, { ...joint, weight: tuned.joint }];
        }),
      );
    }

    /** The spelling to offer for a word: the usual one, but no plural for a singular. */
    function offered(word, spelling) {
      const singular = spelling.replace(/s$/, "");
      return word.endsWith("s") || key(singular) !== key(spelling) ? spelling : singular;
    }

    function wish(word, { how, words }, matters) {
      const rare = Math.log(1 + raw.total / (words[0]?.count ?? 1));
      return { word, how, words, matters, rare, instead: how === "typo" && words[0].edits ? offered(word, words[0].spelling) : word };
    }

    /** Where no word is known, words that are less alike: an answer is better than none. */
    async function generous(wanted) {
      const found = await Promise.all(wanted.map(({ word }) => (word.length < 3 ? [] : alike(word, key(word), Math.max(word.length < 4 ? 1 : 2, Math.min(4, Math.floor(word.length / 2.5)))))));
      return wanted.map((one, at) => (found[at].length ? wish(one.word, { how: "typo", words: found[at] }, one.matters) : one));
    }

    /** Section numbers with scores, the best first. */
    async function rank(query) {
      let wanted = await wishes(query);
      if (wanted.length && wanted.every((one) => !one.words.length)) wanted = await generous(wanted);
      const scores = new Map();
      const covered = new Map();
      for (const { words, matters, rare, extra } of wanted) {
        const best = new Map();
        for (const { sections, weight } of words) {
          for (let place = 0; place < sections.length; place += 2) {
            const value = weight * sections[place + 1];
            if (value > (best.get(sections[place]) ?? 0)) best.set(sections[place], value);
          }
        }
        for (const [section, value] of best) {
          scores.set(section, (scores.get(section) ?? 0) + matters * value);
          if (!extra) covered.set(section, (covered.get(section) ?? 0) + matters * rare);
        }
      }
      const all = wanted.reduce((sum, { matters, rare, extra }) => sum + (extra ? 0 : matters * rare), 0);
      const ranked = [...scores].map(([section, score]) => ({ section, score: score * ((covered.get(section) ?? 0) / all) ** tuned.coverage }));
      return { wanted, ranked: ranked.sort((a, b) => b.score - a.score || a.section - b.section) };
    }

    /** The text of a section. */
    async function passage(section) {
      const [address, title, anchor, heading, above, prose, code] = (await piece(`t${Math.floor(section / raw.piece)}`))[section % raw.piece];
      return { section, address: address + (anchor ? `#${anchor}` : ""), page: address, title, heading, above, prose, code, part: partOf(section) };
    }

    const glossary = (name) => piece(`g${pieceOf(raw.g, name)}`);
    const entry = ([, name, address, definition, explained, guide]) => ({ name, address, definition, explained, guide });

    /** The glossary term that the whole query names, if there is one. */
    async function termOf(query) {
      const name = words(query).map(key).join(" ");
      const found = (await glossary(name)).find(([one]) => one === name);
      return found && entry(found);
    }

    /** The glossary term whose name looks most like the query or a word of it, if one does at all. */
    async function termNear(query) {
      const asked = words(query).slice(0, 6).map(key).filter(Boolean);
      const names = [...new Set([asked.join(" "), ...asked])].filter(Boolean);
      const found = await Promise.all(names.map(async (name) => (await glossary(name)).map((row) => ({ row, like: likeness(name, row[0]) }))));
      const best = found.flat().sort((a, b) => b.like - a.like)[0];
      return best?.like > 0.25 ? entry(best.row) : undefined;
    }

    /** The query in the spelling of the index, or "" if nothing was misspelt. Only words of letters and digits are ever misspelt. */
    function meant(query, wanted) {
      const better = wanted.filter(({ instead, word }) => instead !== word);
      return better.reduce((text, { word, instead }) => text.replace(new RegExp(word, "iu"), instead), better.length ? plain(query) : "");
    }

    const partOf = (section) => raw.sections[sectionOf[bookOf(section)]];

    return { rank, passage, bookOf, partOf, termOf, termNear, meant, parts: raw.sections };
  }

  const waiting = new Map();

  return {
    engine,
    words,
    key,
    tuned: TUNED,
    /** A piece says that it is there: the last line of each script of the index. */
    take(name, value) {
      waiting.get(name)?.(value);
      waiting.delete(name);
    },
    /** Promises the piece of that name, for which the caller runs the script. */
    expect: (name) => new Promise((resolve) => waiting.set(name, resolve)),
  };
})();
