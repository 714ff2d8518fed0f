/* What Material's search worker is taught. In a site this stands below Material's own worker, in one file; that leaves
 * lunr in the global scope.
 *
 * Accents don't matter: "retropropagacion" finds "retropropagación" and the other way round. Words like "de" and "the"
 * don't either, and all others have to be found. A number, and a quantity, are found first where they are made
 * (`made`, in the index); then come sections that say the words as they were typed.
 */
const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "")
const escaped = text => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")

/* Terms of the index are folded after the stop words: what is shown keeps its accents. */
const { run } = lunr.Pipeline.prototype
lunr.Pipeline.prototype.run = function (tokens) {
  return run.call(this, tokens).map(token => token.update(fold))
}

/* Lunr takes two states of its automaton for one where labels are digits ("a1" + "12", "a11" + "2"), finds words that are
 * nowhere, and fails over them. */
lunr.TokenSet.prototype.toString = function () {
  return (this._str ??= Object.keys(this.edges).sort().reduce((all, label) => `${all},${label}${this.edges[label].id}`, this.final ? "1" : "0"))
}

/* The stop words are those of the index's language. */
let isContent = lunr.stopWordFilter
const { use, add } = lunr.Builder.prototype
lunr.Builder.prototype.use = function (language, ...more) {
  isContent = language.stopWordFilter ?? isContent
  return use.call(this, language, ...more)
}

/* What each section says, and which quantities are made there. */
const said = new Map()
const made = []
lunr.Builder.prototype.add = function (section, attributes) {
  const { location, title = "", text = "" } = section
  said.set(location, fold(`${title}\n${text.replace(/<[^>]*>/g, " ")}`).toLowerCase())
  for (const [name, printed] of Object.entries(section.made ?? {})) {
    made.push({ location, names: written(name), printed: digits(printed), other: name.includes(":") })
  }
  return add.call(this, section, attributes)
}

/* A name without what parts and abridges it. */
const plain = name =>
  name.toLowerCase().replace(/δ/g, "delta").replace(/η/g, "eta").replace(/_?(total|mean)|[\s_*/]/g, "")

/* What may be asked for a name: "dE/dw5"; of "∂E/∂w5" the theme leaves "E w5". */
const written = name => (name.includes("/") ? [plain(name), plain(name.replace(/(^|:|\/)d/g, "$1"))] : [plain(name)])

/* The digits of a number as they are printed, in whatever language. */
const digits = number =>
  number.replace(/[\s\u202f*]/g, "").replace(number.includes(".") ? /,/g : ",", number.includes(".") ? "" : ".").replace(/^[−+-]/, "")

/* The sections that make what is asked for; those of the site's own network before those of another worksheet. */
function makers(asked) {
  const name = plain(asked)
  const number = digits(asked)
  const numeral = /^\d+\.\d+$/.test(number)
  const found = made.filter(each => each.names.includes(name) || (numeral && each.printed.startsWith(number)))
  return [...new Set(found.sort((one, next) => one.other - next.other).map(each => each.location))]
}

/* Terms that end in a wildcard, as Material makes nearly all of them, don't pass through the pipeline. */
const { parse } = lunr.QueryParser.prototype
lunr.QueryParser.prototype.parse = function () {
  const query = parse.call(this)
  const all = query.clauses.flatMap(clause =>
    clause.term.replace(/\*$/, "").split(lunr.tokenizer.separator).filter(Boolean).map(word => ({
      ...clause, term: fold(word) + (clause.term.endsWith("*") ? "*" : ""), stop: !isContent(word),
    })))
  const content = all.filter(clause => !clause.stop)
  query.clauses = content.length ? content : all
  return query
}

/* All words have to be found in a section, or else any of them. */
const { OPTIONAL, REQUIRED } = lunr.Query.presence
lunr.Index.prototype.search = function (asked) {
  const ask = presence => this.query(query => {
    new lunr.QueryParser(asked, query).parse()
    for (const clause of query.clauses) if (clause.presence === OPTIONAL) clause.presence = presence
  })
  let found = ask(REQUIRED)
  if (!found.length) found = ask(OPTIONAL)
  const words = fold(asked).toLowerCase().split(/[\s*"]+/).filter(Boolean)
  const phrase = new RegExp(words.map(escaped).join("[^\\p{L}\\p{N}]+"), "u")
  for (const each of found) {
    if (words.length > 1 && phrase.test(said.get(each.ref))) each.score *= 100
    if (!each.ref.includes("#")) each.score *= 0.4 // what the theme gives to a page's first words
  }
  const first = makers(asked)
  const metadata = Object.fromEntries(words.map(word => [word, {}])) // as if they had been found there
  return [
    ...first.map((ref, at) => ({
      ...(found.find(each => each.ref === ref) ?? { ref, matchData: { metadata } }), score: 1e9 * (1 - at / 1e3),
    })),
    ...found.filter(each => !first.includes(each.ref)),
  ]
}
