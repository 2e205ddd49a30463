package dev.tributary.pgvector;

import dev.tributary.pgvector.Database.Session;
import dev.tributary.vector.Explanation;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What PostgreSQL did for a search: its {@code EXPLAIN (ANALYZE)}. */
record SearchPlan(JsonNode root) {
    /** Runs the statement once more and discards its result. */
    static SearchPlan of(Session session, Sql search) throws SQLException {
        int query = search.text().indexOf(";\n") + 2;
        var explained =
                new Sql(
                        search.text().substring(0, query)
                                + "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
                                + search.text().substring(query),
                        search.parameters());
        try (PreparedStatement statement = session.prepareSelfTimed(explained)) {
            statement.execute();
            // The first result belongs to the settings.
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return new SearchPlan(Json.readTree(row.getString(1)).get(0));
            }
        }
    }

    Explanation.Step step(String path, String reason) {
        JsonNode plan = root.get("Plan");
        Map<String, Double> legs = new TreeMap<>();
        addLegs(plan, legs);
        return new Explanation.Step(
                path,
                reason,
                rowsScanned(plan),
                root.get("Execution Time").asDouble(),
                legs,
                Json.read(root.toString()));
    }

    /** A row counts each time it was read, whether it was kept or not. */
    private static long rowsScanned(JsonNode node) {
        long rows = 0;
        if (node.has("Relation Name")
                && !node.get("Relation Name").asString().equals("chunk_term")) {
            double each =
                    node.get("Actual Rows").asDouble()
                            + removed(node, "Rows Removed by Filter")
                            + removed(node, "Rows Removed by Index Recheck");
            rows += Math.round(each * node.get("Actual Loops").asDouble());
        }
        for (JsonNode child : children(node)) {
            rows += rowsScanned(child);
        }
        return rows;
    }

    private static double removed(JsonNode node, String key) {
        return node.has(key) ? node.get(key).asDouble() : 0;
    }

    /** The time of a leg's CTE includes that of its inputs. */
    private static void addLegs(JsonNode node, Map<String, Double> legs) {
        if (node.has("Subplan Name")) {
            String name = node.get("Subplan Name").asString();
            for (String leg : List.of("vector", "text")) {
                if (name.equals("CTE " + leg + "_leg")) {
                    legs.put(leg, node.get("Actual Total Time").asDouble());
                }
            }
        }
        children(node).forEach(child -> addLegs(child, legs));
    }

    private static List<JsonNode> children(JsonNode node) {
        return node.has("Plans") ? node.get("Plans").valueStream().toList() : List.of();
    }
}
