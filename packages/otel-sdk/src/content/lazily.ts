/** What `make` gives, made when it is first asked for: what most starts never need costs them nothing. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
