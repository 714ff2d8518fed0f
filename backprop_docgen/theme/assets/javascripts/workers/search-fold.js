/* What Material's search worker is taught: accents don't matter. "retropropagacion" finds "retropropagación" and the
 * other way round. In a site this stands below Material's own worker, in one file; that leaves lunr in the global scope.
 * Only the index's terms and the query's are folded, after the stop words: what is shown keeps its accents.
 */
const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "")

const { run } = lunr.Pipeline.prototype
lunr.Pipeline.prototype.run = function (tokens) {
  return run.call(this, tokens).map(token => token.update(fold))
}

// terms that end in a wildcard, as Material makes nearly all of them, don't pass through the pipeline
const { clause } = lunr.Query.prototype
lunr.Query.prototype.clause = function (options) {
  return clause.call(this, { ...options, term: fold(options.term) })
}
