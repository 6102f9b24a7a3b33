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

  // ---- Ranking ----

  const TUNED = { prefix: 0.75, typo: 0.6, split: 0.85, part: 0.6, common: 0.1, coverage: 2 };

  /** The engine over an index: `raw` is what `index.js` hands over, `load(name)` promises a piece. */
  function engine(raw, load, tuned = TUNED) {
    const surfaces = unfront(raw.words);
    const keys = surfaces.map(key);
    const counts = unpack(raw.counts).map((level) => 2 ** (level / 3));
    const number = new Map(keys.map((word, at) => [word, at]));
    const ends = [];
    unpack(raw.books).forEach((count, at) => ends.push((ends[at - 1] ?? 0) + count));
    const sectionOf = unpack(raw.of);
    const total = ends.at(-1) ?? 0;
    const bookOf = (section) => pieceOf([0, ...ends], section);
    const levels = Array.from({ length: 60 }, (_, level) => raw.floor * raw.step ** level);
    const shards = new Map();

    /** Postings of a word: Map from section to weight. */
    async function postings(word) {
      const piece = pieceOf(raw.postings, word);
      if (!shards.has(piece)) shards.set(piece, load(`p${piece}`).then((text) => decode(text, raw.postings[piece])));
      try {
        return (await shards.get(piece)).get(word);
      } catch (error) {
        shards.delete(piece);
        throw error;
      }
    }

    function decode(text, first) {
      const found = new Map();
      let word = first;
      for (const read = reader(text); read.more(); word++) {
        const sections = [];
        let section = 0;
        for (let count = read.next(); count > 0; count--) sections.push((section += read.next()), levels[read.next()]);
        found.set(word, sections);
      }
      return found;
    }

    /** What a word of the query may mean: `{ at, weight }` of words of the index, the best first, and how it was found. */
    function meanings(word, last) {
      const wanted = key(word);
      const exact = number.get(wanted);
      if (exact !== undefined && !last) return { how: "exact", words: [{ at: exact, weight: 1 }] };
      const found = exact === undefined ? [] : [{ at: exact, weight: 1 }];
      if (word.length > 1 || exact === undefined) found.push(...starting(word, wanted, exact));
      if (exact !== undefined) return { how: "exact", words: found };
      if (found.length && last) return { how: "prefix", words: found };
      const near = alike(word, wanted);
      if (near.length) return { how: "typo", words: [...near, ...found] };
      return { how: found.length ? "prefix" : "none", words: found };
    }

    function starting(word, wanted, exact) {
      const found = [];
      keys.forEach((one, at) => {
        if (at !== exact && (one.startsWith(wanted) || surfaces[at].startsWith(word))) {
          found.push({ at, weight: (tuned.prefix * (exact === undefined ? 1 : 0.5) * word.length) / Math.max(word.length, surfaces[at].length) });
        }
      });
      return found.sort((a, b) => b.weight - a.weight || counts[b.at] - counts[a.at]).slice(0, 12);
    }

    function alike(word, wanted) {
      const most = word.length < 4 ? 0 : word.length < 6 ? 1 : 2;
      const found = [];
      for (let at = 0; most && at < keys.length; at++) {
        if (/\d/.test(surfaces[at]) !== /\d/.test(word)) continue;
        const edits = Math.min(distance(word, surfaces[at], most), wanted.length > 3 ? distance(wanted, keys[at], most) : 9);
        if (edits <= most) found.push({ at, edits, weight: tuned.typo ** Math.max(edits, 1) * (surfaces[at][0] === word[0] ? 1 : 0.8) });
      }
      return found.sort((a, b) => b.weight - a.weight || counts[b.at] - counts[a.at]).slice(0, 4);
    }

    /** `flamegraph` → `flame`, `graph`; `SCD2` → `scd`, `2`: two words that are known. */
    function halves(word) {
      let best = null;
      for (let at = 1; at < word.length; at++) {
        const pair = [word.slice(0, at), word.slice(at)];
        const joint = /^\d$/.test(word[at]) !== /^\d$/.test(word[at - 1]);
        const both = pair.map((half) => number.get(key(half)));
        if ((!joint && (at < 3 || word.length - at < 3)) || both.includes(undefined)) continue;
        const often = Math.min(...both.map((half) => counts[half]));
        if (!best || often > best.often) best = { pair, often };
      }
      return best?.pair;
    }

    /** The longest beginning that is a word: better than nothing. */
    function beginning(word) {
      for (let at = word.length - 1; at > 3; at--) if (number.has(key(word.slice(0, at)))) return [word.slice(0, at)];
      return undefined;
    }

    /** The query as a list of wishes: what each word may mean, and how much it matters. */
    function wishes(query) {
      const asked = [...names(plain(query))];
      const wishes = [];
      asked.forEach(({ whole, parts }, place) => {
        const last = place === asked.length - 1 && !/\s$/.test(query);
        const known = whole ? meanings(whole, last) : null;
        const sure = known && (known.how === "exact" || known.how === "prefix");
        if (sure) wishes.push(wish(whole, known, 1));
        for (const part of parts) {
          let meant = meanings(part, last && part === parts.at(-1));
          const pair = meant.how === "exact" || meant.how === "prefix" ? null : (halves(part) ?? (meant.words.length ? null : beginning(part)));
          if (pair && !meant.words.some(({ edits }) => edits === 1)) {
            for (const half of pair) wishes.push({ ...wish(half, meanings(half, false), tuned.split), instead: half });
          } else {
            wishes.push(wish(part, meant, (sure ? tuned.part : 1) * (COMMON.has(part) && asked.length > 1 ? tuned.common : 1)));
          }
        }
      });
      return wishes;
    }

    /** The spelling to offer for a word: the usual one, but no plural for a singular. */
    function offered(word, surface) {
      const singular = surface.replace(/s$/, "");
      return word.endsWith("s") || key(singular) !== key(surface) ? surface : singular;
    }

    function wish(word, { how, words }, matters) {
      const rare = words.length ? Math.log(1 + total / counts[words[0].at]) : Math.log(1 + total);
      return { word, how, words, matters, rare, instead: how === "typo" && words[0].edits ? offered(word, surfaces[words[0].at]) : word };
    }

    /** Section numbers with scores, the best first. */
    async function rank(query) {
      const wanted = wishes(query);
      const scores = new Map();
      const covered = new Map();
      await Promise.all(wanted.flatMap(({ words }) => words.map(({ at }) => postings(at))));
      for (const { words, matters, rare } of wanted) {
        const best = new Map();
        for (const { at, weight } of words) {
          const sections = await postings(at);
          for (let place = 0; place < sections.length; place += 2) {
            const value = weight * sections[place + 1];
            if (value > (best.get(sections[place]) ?? 0)) best.set(sections[place], value);
          }
        }
        for (const [section, value] of best) {
          scores.set(section, (scores.get(section) ?? 0) + matters * value);
          covered.set(section, (covered.get(section) ?? 0) + matters * rare);
        }
      }
      const all = wanted.reduce((sum, { matters, rare }) => sum + matters * rare, 0);
      const ranked = [...scores].map(([section, score]) => ({ section, score: score * (covered.get(section) / all) ** tuned.coverage }));
      return { wanted, ranked: ranked.sort((a, b) => b.score - a.score || a.section - b.section) };
    }

    /** The text of a section. */
    async function passage(section) {
      const piece = pieceOf(raw.texts, section);
      const [address, title, anchor, heading, above, prose, code] = (await load(`t${piece}`))[section - raw.texts[piece]];
      return { section, address: address + (anchor ? `#${anchor}` : ""), page: address, title, heading, above, prose, code, part: partOf(section) };
    }

    let spelt; // made when first asked for: after the sections are shown

    /** The number of the glossary term that the whole query names, if there is one. */
    function termOf(query) {
      const name = (text) => words(text).map(key).join(" ");
      spelt ??= new Map(raw.terms.flatMap((spellings, term) => spellings.map((one) => [name(one), term])).reverse()); // the first of two is kept
      return spelt.get(name(query));
    }

    /** The query in the spelling of the index, or "" if nothing was misspelt. Only words of letters and digits are ever misspelt. */
    function meant(query, wanted) {
      const better = wanted.filter(({ instead, word }) => instead !== word);
      return better.reduce((text, { word, instead }) => text.replace(new RegExp(word, "iu"), instead), better.length ? plain(query) : "");
    }

    const partOf = (section) => raw.sections[sectionOf[bookOf(section)]];

    return { rank, passage, bookOf, partOf, termOf, meant, parts: raw.sections, keyAt: (at) => keys[at] };
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
