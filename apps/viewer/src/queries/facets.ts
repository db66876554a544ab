export interface FacetRow {
  /** What is chosen by: `agent`, `model`, `tool`, `event`. */
  facet: string
  value: string
}

/** The agents, models, tools and events that there are, to choose from. SQLite alone has it. */
export const facets: string = `
SELECT 'agent' AS facet, agent AS value FROM session WHERE agent IS NOT NULL GROUP BY agent
UNION ALL SELECT 'model', text FROM dict WHERE id IN (SELECT model FROM hour)
UNION ALL SELECT 'tool', text FROM dict WHERE id IN (
  SELECT tool FROM event WHERE success IS NOT NULL AND role = 6 UNION SELECT tool FROM span WHERE role = 6)
ORDER BY facet, value`
